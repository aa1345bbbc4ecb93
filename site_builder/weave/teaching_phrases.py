"""The words of what instructors use (exercises, schedule, timer, presentation), as one more table of `phrases`."""

from __future__ import annotations

Row = tuple[str, str, str, str, str, str]

# fmt: off
TEACHING_TABLE: dict[str, Row] = {
    "Exercises": ("Aufgaben", "Ejercicios", "Exercices", "Esercizi", "演習", "Вправи"),
    "Exercise": ("Aufgabe", "Ejercicio", "Exercice", "Esercizio", "演習", "Вправа"),
    "Minutes": ("Minuten", "Minutos", "Minutes", "Minuti", "分", "Хвилини"),
    "Answers": ("Antworten", "Respuestas", "Réponses", "Risposte", "解答", "Відповіді"),
    "about {minutes}": ("etwa {minutes}", "unos {minutes}", "environ {minutes}", "circa {minutes}", "約 {minutes}", "близько {minutes}"),
    "Exercises: {count}, minutes: {minutes}": (
        "Aufgaben: {count}, Minuten: {minutes}", "Ejercicios: {count}, minutos: {minutes}", "Exercices : {count}, minutes : {minutes}",
        "Esercizi: {count}, minuti: {minutes}", "演習：{count}、分：{minutes}", "Вправ: {count}, хвилин: {minutes}"),
    "Day {number}": ("Tag {number}", "Día {number}", "Jour {number}", "Giorno {number}", "{number} 日目", "День {number}"),
    "Break": ("Pause", "Pausa", "Pause", "Pausa", "休憩", "Перерва"),
    "Set the times of your workshop": (
        "Zeiten deines Workshops einstellen", "Fijar las horas de tu taller", "Régler les horaires de votre atelier",
        "Imposta gli orari del tuo workshop", "ワークショップの時刻を設定", "Задати час вашого воркшопу"),
    "Begins at": ("Beginn", "Empieza a las", "Début à", "Inizia alle", "開始時刻", "Початок о"),
    "First day": ("Erster Tag", "Primer día", "Premier jour", "Primo giorno", "初日", "Перший день"),
    "Episode": ("Episode", "Episodio", "Épisode", "Episodio", "エピソード", "Епізод"),
    "New day": ("Neuer Tag", "Día nuevo", "Nouveau jour", "Nuovo giorno", "新しい日", "Новий день"),
    "Break after it, in minutes": (
        "Pause danach, in Minuten", "Pausa después, en minutos", "Pause ensuite, en minutes", "Pausa dopo, in minuti",
        "終了後の休憩（分）", "Перерва після, хвилин"),
    "A new day begins with {title}": (
        "Mit {title} beginnt ein neuer Tag", "Con {title} empieza un día nuevo", "Un nouveau jour commence avec {title}",
        "Con {title} inizia un nuovo giorno", "{title} から新しい日が始まる", "З {title} починається новий день"),
    "Minutes of break after {title}": (
        "Minuten Pause nach {title}", "Minutos de pausa después de {title}", "Minutes de pause après {title}",
        "Minuti di pausa dopo {title}", "{title} の後の休憩（分）", "Хвилин перерви після {title}"),
    "The address of this page keeps what you set here: share it or bookmark it.": (
        "Die Adresse dieser Seite behält, was du hier einstellst: teile sie oder setze ein Lesezeichen.",
        "La dirección de esta página guarda lo que fijes aquí: compártela o guárdala en marcadores.",
        "L'adresse de cette page garde vos réglages : partagez-la ou gardez-la en signet.",
        "L'indirizzo di questa pagina conserva ciò che imposti qui: condividilo o salvalo nei segnalibri.",
        "ここでの設定はこのページのアドレスに残ります。共有するか、ブックマークしてください。",
        "Адреса цієї сторінки зберігає ці налаштування: поділіться нею або додайте в закладки."),
    "Back to the lesson's own times": (
        "Zurück zu den Zeiten der Lektion", "Volver a las horas de la lección", "Revenir aux horaires de la leçon",
        "Torna agli orari della lezione", "レッスン本来の時刻に戻す", "Повернути час уроку"),
    "Calendar file (.ics)": (
        "Kalenderdatei (.ics)", "Archivo de calendario (.ics)", "Fichier d'agenda (.ics)", "File di calendario (.ics)",
        "カレンダーファイル (.ics)", "Файл календаря (.ics)"),
    "Calendar file of these times (.ics)": (
        "Kalenderdatei dieser Zeiten (.ics)", "Archivo de calendario con estas horas (.ics)", "Fichier d'agenda de ces horaires (.ics)",
        "File di calendario con questi orari (.ics)", "この時刻のカレンダーファイル (.ics)", "Файл календаря з цим часом (.ics)"),
    "Timer: {title}": (
        "Zeitmesser: {title}", "Temporizador: {title}", "Minuteur : {title}", "Timer: {title}", "タイマー：{title}", "Таймер: {title}"),
    "Start the timer": (
        "Zeit starten", "Iniciar el temporizador", "Démarrer le minuteur", "Avvia il timer", "タイマーを開始", "Запустити таймер"),
    "Pause the timer": (
        "Zeit anhalten", "Pausar el temporizador", "Suspendre le minuteur", "Metti in pausa il timer", "タイマーを一時停止",
        "Зупинити таймер"),
    "Set the timer back": (
        "Zeit zurücksetzen", "Reiniciar el temporizador", "Remettre le minuteur à zéro", "Azzera il timer", "タイマーを元に戻す",
        "Скинути таймер"),
    "{title}: one minute left": (
        "{title}: noch eine Minute", "{title}: queda un minuto", "{title} : encore une minute", "{title}: ancora un minuto",
        "{title}：残り 1 分", "{title}: залишилася одна хвилина"),
    "{title}: time is up": (
        "{title}: die Zeit ist um", "{title}: se acabó el tiempo", "{title} : c'est fini", "{title}: tempo scaduto",
        "{title}：時間です", "{title}: час вийшов"),
    "Present this page": (
        "Diese Seite vorführen", "Presentar esta página", "Présenter cette page", "Presenta questa pagina", "このページを発表表示",
        "Показати як презентацію"),
    "Presentation": ("Vorführung", "Presentación", "Présentation", "Presentazione", "発表", "Презентація"),
    "Section {number} of {total}: {title}": (
        "Abschnitt {number} von {total}: {title}", "Sección {number} de {total}: {title}", "Section {number} sur {total} : {title}",
        "Sezione {number} di {total}: {title}", "セクション {number} / {total}：{title}", "Розділ {number} з {total}: {title}"),
    "Previous section": (
        "Voriger Abschnitt", "Sección anterior", "Section précédente", "Sezione precedente", "前のセクション", "Попередній розділ"),
    "Next section": (
        "Nächster Abschnitt", "Sección siguiente", "Section suivante", "Sezione successiva", "次のセクション", "Наступний розділ"),
    "Further down, then the next section": (
        "Weiter nach unten, dann nächster Abschnitt", "Más abajo, luego la sección siguiente", "Plus bas, puis section suivante",
        "Più in basso, poi sezione successiva", "下へ、その後次のセクション", "Нижче, потім наступний розділ"),
    "Further up, then the previous section": (
        "Weiter nach oben, dann voriger Abschnitt", "Más arriba, luego la sección anterior", "Plus haut, puis section précédente",
        "Più in alto, poi sezione precedente", "上へ、その後前のセクション", "Вище, потім попередній розділ"),
    "First section": ("Erster Abschnitt", "Primera sección", "Première section", "Prima sezione", "最初のセクション", "Перший розділ"),
    "Last section": ("Letzter Abschnitt", "Última sección", "Dernière section", "Ultima sezione", "最後のセクション", "Останній розділ"),
    "Open the next answer, or close all": (
        "Nächste Antwort öffnen oder alle schließen", "Abrir la respuesta siguiente o cerrar todas",
        "Ouvrir la réponse suivante ou tout fermer", "Apri la risposta successiva o chiudi tutte", "次の解答を開く、またはすべて閉じる",
        "Відкрити наступну відповідь або закрити всі"),
    "Leave the presentation": (
        "Vorführung beenden", "Salir de la presentación", "Quitter la présentation", "Esci dalla presentazione", "発表を終了",
        "Вийти з презентації"),
    "Keys": ("Tasten", "Teclas", "Touches", "Tasti", "キー操作", "Клавіші"),
    "Space": ("Leertaste", "Espacio", "Espace", "Spazio", "スペース", "Пробіл"),
    "For teaching": ("Zum Unterrichten", "Para enseñar", "Pour enseigner", "Per insegnare", "教えるために", "Для викладання"),
    "Notebook to type into": (
        "Notebook zum Mittippen", "Cuaderno para escribir en vivo", "Notebook à remplir", "Notebook da completare dal vivo",
        "入力用ノートブック", "Блокнот для живого набору"),
    "Notebook with everything": (
        "Notebook mit allem", "Cuaderno con todo", "Notebook complet", "Notebook completo", "すべてを含むノートブック",
        "Блокнот з усім"),
    "Commands in order": (
        "Befehle der Reihe nach", "Órdenes en secuencia", "Commandes dans l'ordre", "Comandi in ordine", "コマンド一覧",
        "Команди за порядком"),
}
"""One row a phrase."""

TEACHING_SHOWN = ("For teaching", "Present this page", "Notebook to type into", "Notebook with everything", "Commands in order")
"""The phrases that the theme's templates show."""

SCRIPTED = (
    "Timer: {title}", "Start the timer", "Pause the timer", "Set the timer back", "{title}: one minute left", "{title}: time is up",
    "Presentation", "Section {number} of {total}: {title}", "Previous section", "Next section", "Further down, then the next section",
    "Further up, then the previous section", "First section", "Last section", "Open the next answer, or close all",
    "Leave the presentation", "Keys", "Space", "Close", "Day {number}", "Break", "about {minutes}",
)
"""The phrases that scripts show; the page hands them over."""
