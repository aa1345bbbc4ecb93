# The server of an environment: an R that has loaded knitr and packages, and forks one process for each document. Linux only.
#   Rscript --no-init-file driver.R --serve PACKAGE...
# Standard input has one line a request: an R list (see `become`),
# or nothing when the keeper of one has ended. Standard output has lines of JSON: {"up": true} once, or
# {"unfit": WHY}; then for each request {"id", "reaper": pid}, and {"reaper": pid, "exit": status} of the keeper of that process.
become_program <- function(arguments) {                 # execv() wants an array of addresses; asprintf() makes lasting texts and tells theirs
  none <- raw(.Machine$sizeof.pointer)
  addresses <- lapply(arguments, function(each) .C(known$asprintf, none, bytes_of("%s"), bytes_of(each))[[1]])
  .C(known$execv, bytes_of(arguments[1]), c(unlist(addresses), none))
}

# ---- packages: only those may be loaded before their document asks that nobody can tell from ones that it loads itself ----------------
ours <- c("base", "stats", "utils", "graphics", "grDevices", "methods", "tools", "grid")
ordinary <- c("default", "numeric", "integer", "double", "character", "logical", "complex", "raw", "list", "pairlist", "NULL", "function",
  "matrix", "array", "data.frame", "factor", "ordered", "Date", "POSIXct", "POSIXlt", "POSIXt", "difftime", "formula", "lm", "glm", "aov",
  "anova", "ts", "table", "environment", "name", "call", "expression", "connection", "htest", "dist", "hclust", "noquote", "error",
  "warning", "condition", "simpleError", "simpleWarning", "try-error", "numeric_version", "package_version", "octmode", "hexmode")
methods_of <- function(namespaces) unique(unlist(lapply(namespaces, function(name)
  ls(asNamespace(name)[[".__S3MethodsTable__."]], all.names = TRUE))))
for_ordinary <- function(method) any(vapply(ordinary[endsWith(method, paste0(".", ordinary))], function(class)
  exists(substr(method, 1, nchar(method) - nchar(class) - 1), mode = "function"), TRUE))
state <- function() list(
  options = options(), variables = Sys.getenv(), search = search(), objects = ls(globalenv(), all.names = TRUE), devices = dev.list(),
  connections = length(getAllConnections()), threads = length(list.files("/proc/self/task")), files = length(list.files("/proc/self/fd")),
  folder = getwd(), kinds = RNGkind(), locale = Sys.getlocale(), tasks = getTaskCallbackNames())
mentions <- function(value, words) is.character(value) && length(value) < 1000 && any(vapply(words, function(word)
  any(grepl(word, value, fixed = TRUE)), TRUE))
in_start <- function(namespace) {      # the names in what a package runs when it is loaded, and in its functions that this calls
  names_in <- function(name) {
    found <- get0(name, namespace, mode = "function", inherits = FALSE)
    if (is.function(found)) all.names(body(found), unique = TRUE)
  }
  first <- names_in(".onLoad")
  c(first, unlist(lapply(first, names_in)))
}
keeps <- function(namespace, words) {  # a path of this process that was noted when the package was loaded
  notes <- any(c("tempdir", "tempfile", "getwd", "normalizePath", "path.expand", "R_user_dir") %in% in_start(namespace))
  active <- function(name, where) bindingIsActive(as.name(name), where)
  held <- function(name, where) eval(call("substitute", as.name(name), where))     # of a promise its code
  for (name in ls(namespace, all.names = TRUE, sorted = FALSE)) {
    if (active(name, namespace)) next
    value <- held(name, namespace)
    lazy <- is.call(value) && identical(value[[1]], as.name("lazyLoadDBfetch"))    # R loads the objects of a package when they are used
    if (lazy && !notes) next
    if (lazy) value <- get(name, namespace, inherits = FALSE)
    if (mentions(value, words)) return(TRUE)
    if (is.environment(value) && !isNamespace(value)) for (inner in ls(value, all.names = TRUE, sorted = FALSE))
      if (!active(inner, value) && mentions(held(inner, value), words)) return(TRUE)
  }
  FALSE
}
tick <- function(on) {                  # cli has a thread of its own for progress bars; a fork would not have it (cli, `clic_start_thread`)
  if (!isNamespaceLoaded("cli")) return(invisible())
  cli <- asNamespace("cli")
  if (on) return(invisible(.Call(cli$clic_start_thread, cli, cli$clienv$tick_time, cli$clienv$speed_time)))
  .Call(cli$clic_stop_thread)
  for (each in 1:50) if (length(list.files("/proc/self/task")) > 1) Sys.sleep(0.002)   # its end takes a moment
  invisible()
}
unfit <- function(packages) {          # load them; tell what would be seen of it
  said <- NULL
  note <- function(c) { said <<- c(said, conditionMessage(c)); tryInvokeRestart("muffleMessage"); tryInvokeRestart("muffleWarning") }
  tick(FALSE)                          # newer knitr loads cli itself
  before <- state(); loaded <- loadedNamespaces(); base <- intersect(ours, loaded); methods <- methods_of(base)
  printed <- utils::capture.output(for (package in packages) withCallingHandlers(loadNamespace(package), message = note, warning = note))
  tick(FALSE)
  after <- state()
  after$options <- after$options[names(before$options)]   # options of its own are nobody else's
  if (length(said) || length(printed)) return(paste("they print when they are loaded:", paste(c(said, printed), collapse = " ")))
  if (exists(".Random.seed", globalenv(), inherits = FALSE)) return("they draw random numbers when they are loaded")
  changed <- names(before)[!mapply(identical, before, after)]
  if (length(changed)) return(paste("they change", paste(changed, collapse = ", ")))
  for (name in setdiff(methods_of(base), methods)) if (for_ordinary(name)) return(paste("they change", name))
  words <- c(tempdir(), getwd(), Sys.getenv("HOME"))
  for (name in setdiff(loadedNamespaces(), loaded)) if (keeps(asNamespace(name), words[nchar(words) > 3])) return(paste(name, "notes a path"))
  NULL
}

# ---- requests --------------------------------------------------------------------------------------------------------------------------
become <- function(request, home) {    # this process is a document's own from now on: nothing of the server's is left that it could see
  descriptors <- dyn.load(file.path(system.file("libs", package = "parallel"), "parallel.so"))
  .Call(getNativeSymbolInfo("mc_close_fds", descriptors), 0:2)
  for (file in c("/dev/null", request$log, request$log))   # each gets the lowest number that is free
    .C(known$fopen, bytes_of(file), bytes_of(if (file == "/dev/null") "r" else "a"))
  dyn.unload(descriptors[["path"]])
  .C(known$setsid)
  setwd(request$folder)
  all <- Sys.getenv()
  derived <- all[grepl(home, all, fixed = TRUE)]           # such as R_LIBS_USER, which R makes from HOME when it starts
  if (length(derived)) do.call(Sys.setenv, as.list(gsub(home, request$variables[["HOME"]], derived, fixed = TRUE)))
  do.call(Sys.setenv, as.list(request$variables))
  if (nzchar(Sys.getenv("PWD"))) Sys.setenv(PWD = getwd())   # of the shell that starts R
  tempdir(check = TRUE)                                    # the server has none any more, so that this makes one
  writeLines(sprintf("%d", Sys.getpid()), paste0(request$keeper, ".new"))
  file.rename(paste0(request$keeper, ".new"), request$keeper)
  waited <- proc.time()[["elapsed"]]
  while (file.exists(request$keeper)) {                    # until there is somebody who ends what a document starts
    if (proc.time()[["elapsed"]] - waited > 10 || path.expand("~") != request$variables[["HOME"]]) leave()
    Sys.sleep(0.001)
  }
  tick(TRUE)
  request$arguments
}
serve <- function(packages) {          # returns the arguments of a document in the process that runs it
  say <- function(line, ...) cat(sprintf(paste0(line, "\n"), ...))   # in one piece: others write here as well
  home <- Sys.getenv("HOME"); own <- Sys.getpid()
  why <- tryCatch(unfit(packages), error = conditionMessage)
  if (is.null(why) && length(list.files("/proc/self/task")) != 1) why <- "R has threads"    # a fork has only the one that forks
  unlink(tempdir(), recursive = TRUE)
  if (length(why)) say("{\"unfit\": %s}", quoted(paste(why, collapse = " "))) else say("{\"up\": true}")
  requests <- file("stdin", "r")
  while (length(line <- readLines(requests, 1))) {
    if (!nzchar(line)) {               # a keeper has ended, and would stay in the list of processes
      .C(known$wait, integer(1))
      next
    }
    fork()
    if (Sys.getpid() == own) next
    keeper <- Sys.getpid()
    request <- eval(parse(text = line, encoding = "UTF-8", keep.source = FALSE), baseenv())
    say("{\"id\": %d, \"reaper\": %d}", request$id, keeper)
    fork()
    if (Sys.getpid() != keeper) {
      close(requests)
      return(become(request, home))
    }
    become_program(c(request$program, sprintf("%d", own)))
    say("{\"reaper\": %d, \"exit\": 127}", keeper)
    leave()
  }
  quit("no")
}
