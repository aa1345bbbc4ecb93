"""The words below results of cells: where they come from, or why there are none. One more table of `phrases`: English, then the others."""

from __future__ import annotations

Row = tuple[str, str, str, str, str, str]

# fmt: off
EXECUTION_TABLE: dict[str, Row] = {
    "Ran in {environment} on {date}, {seconds}": (
        "Ausgeführt in {environment} am {date}, {seconds}", "Ejecutado en {environment} el {date}, {seconds}",
        "Exécuté dans {environment} le {date}, {seconds}", "Eseguito in {environment} il {date}, {seconds}",
        "{date} に {environment} で実行、{seconds}", "Виконано в {environment} {date}, {seconds}"),
    "Ran with the machine’s own packages on {date}, {seconds}": (
        "Ausgeführt mit den eigenen Paketen des Rechners am {date}, {seconds}",
        "Ejecutado con los paquetes propios de la máquina el {date}, {seconds}",
        "Exécuté avec les paquets propres à la machine le {date}, {seconds}",
        "Eseguito con i pacchetti propri della macchina il {date}, {seconds}",
        "{date} にこのマシン自身のパッケージで実行、{seconds}", "Виконано з власними пакетами машини {date}, {seconds}"),
    "Ran with the machine’s own packages, in place of the locked {environment}, on {date}, {seconds}": (
        "Ausgeführt mit den eigenen Paketen des Rechners anstelle der gesperrten Umgebung {environment} am {date}, {seconds}",
        "Ejecutado con los paquetes propios de la máquina, en lugar del entorno bloqueado {environment}, el {date}, {seconds}",
        "Exécuté avec les paquets propres à la machine, à la place de l’environnement verrouillé {environment}, le {date}, {seconds}",
        "Eseguito con i pacchetti propri della macchina, al posto dell’ambiente bloccato {environment}, il {date}, {seconds}",
        "{date} に、ロックされた {environment} の代わりにこのマシン自身のパッケージで実行、{seconds}",
        "Виконано з власними пакетами машини замість зафіксованого середовища {environment} {date}, {seconds}"),
    "{number} s": ("{number} s", "{number} s", "{number} s", "{number} s", "{number} 秒", "{number} с"),
    "under 0.1 s": ("unter 0,1 s", "menos de 0,1 s", "moins de 0,1 s", "meno di 0,1 s", "0.1 秒未満", "менше 0,1 с"),
    "Environment": ("Umgebung", "Entorno", "Environnement", "Ambiente", "環境", "Середовище"),
    "{environment}, provided by {provider}: the locked packages, digest by digest": (
        "{environment}, bereitgestellt von {provider}: die gesperrten Pakete, Prüfsumme für Prüfsumme",
        "{environment}, proporcionado por {provider}: los paquetes bloqueados, suma por suma",
        "{environment}, fourni par {provider} : les paquets verrouillés, empreinte par empreinte",
        "{environment}, fornito da {provider}: i pacchetti bloccati, impronta per impronta",
        "{environment}（提供: {provider}）: ロックされたパッケージ、ダイジェストまで一致",
        "{environment}, надано {provider}: зафіксовані пакети, кожен за контрольною сумою"),
    "{environment}, provided by {provider}: the packages of this machine's Python, not the locked ones": (
        "{environment}, bereitgestellt von {provider}: die Pakete des Python dieses Rechners, nicht die gesperrten",
        "{environment}, proporcionado por {provider}: los paquetes del Python de esta máquina, no los bloqueados",
        "{environment}, fourni par {provider} : les paquets du Python de cette machine, pas ceux qui sont verrouillés",
        "{environment}, fornito da {provider}: i pacchetti del Python di questa macchina, non quelli bloccati",
        "{environment}（提供: {provider}）: ロックされたものではなく、このマシンの Python のパッケージ",
        "{environment}, надано {provider}: пакети Python цієї машини, а не зафіксовані"),
    "Packages": ("Pakete", "Paquetes", "Paquets", "Pacchetti", "パッケージ", "Пакети"),
    "{number}, digest {digest}": (
        "{number}, Prüfsumme {digest}", "{number}, suma {digest}", "{number}, empreinte {digest}", "{number}, impronta {digest}",
        "{number} 個、ダイジェスト {digest}", "{number}, контрольна сума {digest}"),
    "Lock": ("Lock-Datei", "Archivo de bloqueo", "Fichier de verrouillage", "File di blocco", "ロックファイル", "Файл фіксації"),
    "digest {digest}": (
        "Prüfsumme {digest}", "suma {digest}", "empreinte {digest}", "impronta {digest}", "ダイジェスト {digest}",
        "контрольна сума {digest}"),
    "none for this environment and platform": (
        "keine für diese Umgebung und Plattform", "ninguno para este entorno y esta plataforma",
        "aucun pour cet environnement et cette plateforme", "nessuno per questo ambiente e questa piattaforma",
        "この環境とプラットフォームにはなし", "немає для цього середовища та платформи"),
    "Machine": ("Rechner", "Máquina", "Machine", "Macchina", "マシン", "Машина"),
    "{name}, driver {driver}, CUDA {cuda}": (
        "{name}, Treiber {driver}, CUDA {cuda}", "{name}, controlador {driver}, CUDA {cuda}", "{name}, pilote {driver}, CUDA {cuda}",
        "{name}, driver {driver}, CUDA {cuda}", "{name}、ドライバー {driver}、CUDA {cuda}", "{name}, драйвер {driver}, CUDA {cuda}"),
    "CUDA packages": ("CUDA-Pakete", "Paquetes de CUDA", "Paquets CUDA", "Pacchetti CUDA", "CUDA のパッケージ", "Пакети CUDA"),
    "Started": ("Beginn", "Inicio", "Début", "Inizio", "開始", "Початок"),
    "{started} (the whole episode took {seconds})": (
        "{started} (die ganze Episode dauerte {seconds})", "{started} (el episodio entero tardó {seconds})",
        "{started} (l’épisode entier a pris {seconds})", "{started} (l’intero episodio ha richiesto {seconds})",
        "{started}（エピソード全体で {seconds}）", "{started} (увесь епізод тривав {seconds})"),
    "Commit": ("Commit", "Commit", "Commit", "Commit", "コミット", "Коміт"),
    "Made with": ("Erstellt mit", "Hecho con", "Réalisé avec", "Realizzato con", "作成", "Створено за допомогою"),
    "Show the code": ("Code anzeigen", "Mostrar el código", "Afficher le code", "Mostra il codice", "コードを表示", "Показати код"),
    "not run": ("nicht ausgeführt", "no ejecutado", "non exécuté", "non eseguito", "未実行", "не виконано"),
    "Not run on the machine that built this page.": (
        "Nicht ausgeführt auf dem Rechner, der diese Seite erstellt hat.", "No se ejecutó en la máquina que creó esta página.",
        "Non exécuté sur la machine qui a construit cette page.", "Non eseguito sulla macchina che ha costruito questa pagina.",
        "このページを作成したマシンでは実行されていません。", "Не виконано на машині, яка створила цю сторінку."),
    "It needs {needed}.": (
        "Nötig: {needed}.", "Necesita: {needed}.", "Il faut : {needed}.", "Serve: {needed}.", "必要なもの: {needed}。",
        "Потрібно: {needed}."),
    "It has not been run yet.": (
        "Die Zelle wurde noch nicht ausgeführt.", "Todavía no se ha ejecutado.", "Pas encore exécuté.", "Non è ancora stato eseguito.",
        "まだ実行されていません。", "Ще не виконувалося."),
    "an NVIDIA GPU with its driver": (
        "eine NVIDIA-GPU mit Treiber", "una GPU NVIDIA con su controlador", "un GPU NVIDIA avec son pilote",
        "una GPU NVIDIA con il suo driver", "ドライバー付きの NVIDIA GPU", "графічний процесор NVIDIA з драйвером"),
    "a running Docker engine": (
        "eine laufende Docker-Engine", "un motor de Docker en marcha", "un moteur Docker en marche", "un motore Docker in funzione",
        "動作中の Docker エンジン", "запущений рушій Docker"),
    "a Slurm cluster": (
        "ein Slurm-Cluster", "un clúster de Slurm", "une grappe Slurm", "un cluster Slurm", "Slurm クラスター", "кластер Slurm"),
    "HTCondor's Python module": (
        "das Python-Modul von HTCondor", "el módulo de Python de HTCondor", "le module Python de HTCondor",
        "il modulo Python di HTCondor", "HTCondor の Python モジュール", "модуль Python від HTCondor"),
    "{first} and {last}": (
        "{first} und {last}", "{first} y {last}", "{first} et {last}", "{first} e {last}", "{first}、{last}", "{first} і {last}"),
    "Interactive output": (
        "Interaktive Ausgabe", "Salida interactiva", "Sortie interactive", "Output interattivo", "インタラクティブな出力",
        "Інтерактивний вивід"),
    "[a picture that cannot be read]": (
        "[ein Bild, das nicht gelesen werden kann]", "[una imagen que no se puede leer]", "[une image illisible]",
        "[un’immagine illeggibile]", "[読み込めない画像]", "[зображення, яке неможливо прочитати]"),
    "[… {number} more lines]": (
        "[… {number} weitere Zeilen]", "[… {number} líneas más]", "[… {number} lignes de plus]", "[… altre {number} righe]",
        "[… あと {number} 行]", "[… ще {number} рядків]"),
}
# fmt: on
