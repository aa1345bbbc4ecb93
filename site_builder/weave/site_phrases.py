"""The words of the site around its text (header, menu, search, buttons), as one more table of `phrases`: English, then its languages."""

from __future__ import annotations

Row = tuple[str, str, str, str, str, str]

# fmt: off
SITE_TABLE: dict[str, Row] = {
    "Skip to content": (
        "Zum Inhalt springen", "Ir al contenido", "Aller au contenu", "Vai al contenuto", "本文へ移動", "Перейти до вмісту"),
    "Menu": ("Menü", "Menú", "Menu", "Menu", "メニュー", "Меню"),
    "Lesson": ("Lektion", "Lección", "Leçon", "Lezione", "レッスン", "Урок"),
    "View": ("Ansicht", "Vista", "Vue", "Vista", "表示", "Вигляд"),
    "Previous and next page": (
        "Vorige und nächste Seite", "Página anterior y siguiente", "Page précédente et suivante", "Pagina precedente e successiva",
        "前後のページ", "Попередня й наступна сторінка"),
    "On this page": ("Auf dieser Seite", "En esta página", "Sur cette page", "In questa pagina", "このページの内容", "На цій сторінці"),
    "Search": ("Suche", "Buscar", "Recherche", "Cerca", "検索", "Пошук"),
    "Search this lesson": (
        "In dieser Lektion suchen", "Buscar en esta lección", "Rechercher dans la leçon", "Cerca in questa lezione",
        "このレッスンを検索", "Пошук у цьому уроці"),
    "Close": ("Schließen", "Cerrar", "Fermer", "Chiudi", "閉じる", "Закрити"),
    "Results": ("Treffer", "Resultados", "Résultats", "Risultati", "結果", "Результати"),
    "Nothing found": ("Nichts gefunden", "Sin resultados", "Aucun résultat", "Nessun risultato", "見つかりません", "Нічого не знайдено"),
    "Found: {number}": ("Treffer: {number}", "Resultados: {number}", "Résultats : {number}", "Risultati: {number}",
                        "{number} 件", "Знайдено: {number}"),
    "The search index cannot be loaded": (
        "Der Suchindex kann nicht geladen werden", "No se puede cargar el índice", "L'index ne peut pas être chargé",
        "Impossibile caricare l'indice", "検索索引を読み込めません", "Не вдалося завантажити покажчик"),
    "Switch to light mode": (
        "Zu hell wechseln", "Cambiar a claro", "Passer en clair", "Passa al chiaro", "明るい表示に切り替え", "Світлий режим"),
    "Switch to dark mode": (
        "Zu dunkel wechseln", "Cambiar a oscuro", "Passer en sombre", "Passa allo scuro", "暗い表示に切り替え", "Темний режим"),
    "Switch to system preference": (
        "Zur Systemeinstellung wechseln", "Usar la preferencia del sistema", "Suivre le système", "Usa la preferenza di sistema",
        "システム設定に合わせる", "Як у системі"),
    "Copy": ("Kopieren", "Copiar", "Copier", "Copia", "コピー", "Копіювати"),
    "Copied": ("Kopiert", "Copiado", "Copié", "Copiato", "コピーしました", "Скопійовано"),
    "Copying failed": (
        "Kopieren fehlgeschlagen", "No se pudo copiar", "Échec de la copie", "Copia non riuscita", "コピーできません", "Не вдалося"),
    "Open all boxes": ("Alle öffnen", "Abrir todo", "Tout ouvrir", "Apri tutto", "すべて開く", "Відкрити все"),
    "Close all boxes": ("Alle schließen", "Cerrar todo", "Tout fermer", "Chiudi tutto", "すべて閉じる", "Закрити все"),
    "Episode {number} of {total}": (
        "Episode {number} von {total}", "Episodio {number} de {total}", "Épisode {number} sur {total}", "Episodio {number} di {total}",
        "エピソード {number} / {total}", "Епізод {number} з {total}"),
    "{minutes} minutes left": (
        "noch {minutes} Minuten", "quedan {minutes} minutos", "encore {minutes} minutes", "restano {minutes} minuti",
        "残り {minutes} 分", "залишилося {minutes} хвилин"),
    "{episodes} episodes, about {time} in all": (
        "{episodes} Episoden, zusammen etwa {time}", "{episodes} episodios, unos {time} en total",
        "{episodes} épisodes, environ {time} en tout",
        "{episodes} episodi, circa {time} in tutto", "全 {episodes} エピソード、約 {time}", "Епізодів: {episodes}, разом близько {time}"),
    "Start the lesson": (
        "Lektion beginnen", "Empezar la lección", "Commencer la leçon", "Inizia la lezione", "レッスンを始める", "Почати урок"),
    "Life cycle: {stage}": ("Reife: {stage}", "Ciclo de vida: {stage}", "Cycle de vie : {stage}", "Ciclo di vita: {stage}",
                            "段階：{stage}", "Стан: {stage}"),
    "In early development: parts are missing": (
        "In früher Entwicklung: Teile fehlen", "En desarrollo inicial: faltan partes", "Début du développement : il manque des parties",
        "In sviluppo iniziale: mancano parti", "開発初期：未完成の部分があります", "На початку розробки: бракує частин"),
    "Being tried out by its authors": (
        "Wird von den Verfassenden erprobt", "En prueba por sus autores", "À l'essai par ses auteurs", "In prova dagli autori",
        "著者が試用中", "Випробовують автори"),
    "Ready for others to teach and to comment on": (
        "Bereit zum Unterrichten und Kommentieren", "Lista para que otros la enseñen y comenten", "Prête à être enseignée et commentée",
        "Pronta per essere insegnata e commentata", "ほかの人が教え、意見を寄せられる段階", "Готовий до викладання й відгуків"),
    "Finished and taught many times": (
        "Fertig und oft unterrichtet", "Terminada y enseñada muchas veces", "Terminée et enseignée de nombreuses fois",
        "Completa e insegnata molte volte", "完成し、何度も教えられている", "Завершений і багато разів викладений"),
    "Peer reviewed": ("Begutachtet", "Revisada por pares", "Évaluée par les pairs", "Sottoposta a revisione", "査読済み", "Рецензовано"),
    "Run this yourself": ("Selbst ausführen", "Ejecútalo tú", "À exécuter soi-même", "Eseguilo tu", "自分で実行する", "Запустіть самі"),
    "Take the code of this episode with you, and run it where you like:": (
        "Nimm den Code dieser Episode mit und führe ihn aus, wo du möchtest:",
        "Llévate el código de este episodio y ejecútalo donde quieras:",
        "Emportez le code de cet épisode et exécutez-le où vous voulez :",
        "Prendi il codice di questo episodio ed eseguilo dove vuoi:",
        "このエピソードのコードを持ち帰り、好きな場所で実行できます：", "Візьміть код цього епізоду й запустіть де завгодно:"),
    "Notebook without outputs": ("Notebook ohne Ausgaben", "Cuaderno sin salidas", "Notebook sans sorties", "Notebook senza output",
                                 "出力のないノートブック", "Блокнот без виводу"),
    "Script": ("Skript", "Script", "Script", "Script", "スクリプト", "Скрипт"),
    "Or save the script in the folder episodes of a copy of the lesson, and run it there with the packages of this page:": (
        "Oder speichere das Skript im Ordner episodes einer Kopie der Lektion und führe es dort mit den Paketen dieser Seite aus:",
        "O guarda el script en la carpeta episodes de una copia de la lección y ejecútalo allí con los paquetes de esta página:",
        "Ou enregistrez le script dans le dossier episodes d'une copie de la leçon et exécutez-le avec les paquets de cette page :",
        "Oppure salva lo script nella cartella episodes di una copia della lezione ed eseguilo con i pacchetti di questa pagina:",
        "または、レッスンの複製の episodes フォルダーに保存し、このページと同じパッケージで実行します：",
        "Або збережіть скрипт у теці episodes копії уроку й запустіть його з пакетами цієї сторінки:"),
    "Accessibility": ("Barrierefreiheit", "Accesibilidad", "Accessibilité", "Accessibilità", "アクセシビリティ", "Доступність"),
    "Source": ("Quelltext", "Código fuente", "Source", "Sorgente", "ソース", "Джерело"),
    "Contact": ("Kontakt", "Contacto", "Contact", "Contatti", "連絡先", "Контакт"),
    "Report a mistake": (
        "Fehler melden", "Informar de un error", "Signaler une erreur", "Segnala un errore", "誤りを報告", "Повідомити про помилку"),
    "Languages": ("Sprachen", "Idiomas", "Langues", "Lingue", "言語", "Мови"),
    "Output {number}: {page}": (
        "Ausgabe {number}: {page}", "Salida {number}: {page}", "Sortie {number} : {page}", "Output {number}: {page}",
                                "出力 {number}：{page}", "Вивід {number}: {page}"),
    "Table {number}: {page}": (
        "Tabelle {number}: {page}", "Tabla {number}: {page}", "Tableau {number} : {page}", "Tabella {number}: {page}",
                               "表 {number}：{page}", "Таблиця {number}: {page}"),
    "Code": ("Code", "Código", "Code", "Codice", "コード", "Код"),
    "Diagram": ("Diagramm", "Diagrama", "Diagramme", "Diagramma", "図", "Діаграма"),
}
"""One row a phrase."""
