# Runs one R Markdown document through knitr and reports every piece of its results, in order, as a line of JSON.
#   Rscript --no-init-file driver.R INPUT OUTPUT EVENTS NONCE FAIL BYTES PYTHON LEFT APART
# INPUT and OUTPUT as for knitr::knit(); EVENTS a file to append to; NONCE a word that no document contains; FAIL is 1 where errors stop
# chunks that do not say error=TRUE (the Workbench's fail_on_error), which is judged by whoever reads the events: here all chunks go on.
# Of an output longer than BYTES only so much is kept. PYTHON is 1 where whoever reads the events runs the chunks of Python. LEFT has the numbers
# of parts that are not run, with commas. APART is 1 where forks may draw figures (drawing.R). SIGINT stops the running expression, as an
# error whose words are in EVENTS.why.
#   Rscript --no-init-file driver.R --serve PACKAGE...
# does so for many documents, each in a process that is forked from this one (server.R).
#
# knitr's own output hooks stay behind ours: each returns a token for what it made, and what stands between tokens in a chunk is text
# that knitr writes as it is. The document that knit() returns holds tokens again, one text for each of its parts.
local({
Sys.unsetenv("R_GC_MEM_GROW")                           # R has read it when it started
args <- commandArgs(TRUE)
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)[1]))
served <- identical(args[1], "--serve")

# ---- JSON lines: base R has none, and another package could differ from the lesson's -----------------------------------------------
controls <- vapply(c(1:8, 11:12, 14:31, 127), intToUtf8, "")
quoted <- function(x) {
  x <- enc2utf8(as.character(x))
  bad <- !validUTF8(x)
  if (any(bad)) x[bad] <- iconv(x[bad], "UTF-8", "UTF-8", sub = "byte")
  for (pair in list(c("\\", "\\\\"), c("\"", "\\\""), c("\n", "\\n"), c("\r", "\\r"), c("\t", "\\t")))
    x <- gsub(pair[1], pair[2], x, fixed = TRUE)
  if (any(grepl("[\001-\010\013\014\016-\037\177]", x)))
    for (one in controls) x <- gsub(one, sprintf("\\u%04x", utf8ToInt(one)), x, fixed = TRUE)
  paste0("\"", x, "\"")
}
json <- function(x) {
  if (is.null(x)) return("null")
  if (!length(x)) return("[]")
  if (is.list(x)) return(paste0("{", paste0(quoted(names(x)), ":", vapply(x, json, ""), collapse = ","), "}"))
  text <- if (is.logical(x)) tolower(as.character(x)) else if (is.numeric(x)) format(x, digits = 15, trim = TRUE) else quoted(x)
  text[is.na(x)] <- "null"
  if (inherits(x, "AsIs") || length(text) != 1) paste0("[", paste(text, collapse = ","), "]") else text
}
if (served) {                    # this process goes on with the arguments of a document, forked from a server
  loadNamespace("knitr")
  for (file in c("processes.R", "server.R")) sys.source(file.path(here, file), environment())
  args <- serve(args[-1])
}
own <- environment()
apart <- identical(args[9], "1") && tryCatch({
  for (file in c(if (!served) "processes.R", "drawing.R")) sys.source(file.path(here, file), own)
  TRUE
}, error = function(e) FALSE)    # where the C library cannot be found, figures are drawn at once
input <- args[1]; output <- args[2]; events <- args[3]; nonce <- args[4]
fail <- identical(args[5], "1"); bytes <- as.numeric(args[6]); python <- identical(args[7], "1")
left <- as.integer(strsplit(args[8], ",", fixed = TRUE)[[1]]); current <- 0L
slug <- tools::file_path_sans_ext(basename(input))

emit <- function(event, ...) {   # opened anew each time: a lesson may call closeAllConnections()
  con <- file(events, "ab", raw = TRUE); on.exit(close(con))
  writeLines(json(list(event = event, ...)), con, useBytes = TRUE)
  invisible()
}
stopped <- function(condition) {  # of a calling handler of evaluate: a `try()` around the expression does not see this error
  words <- tryCatch(readLines(paste0(events, ".why"), warn = FALSE)[1], error = function(e) "interrupted", warning = function(w) "interrupted")
  emit("stopped")
  stop(words, call. = FALSE)
}
call_of <- function(e) if (is.null(conditionCall(e))) "" else deparse(conditionCall(e), nlines = 1L)[1]

# ---- what stops knitr before anything runs, with its line: options that are no R ---------------------------------------------------
lines <- readLines(input, encoding = "UTF-8", warn = FALSE)
pattern <- knitr::all_patterns$md$chunk.begin
read_options <- get0("parse_params", envir = asNamespace("knitr"), mode = "function")   # internal: without it knitr itself refuses them
if (is.function(read_options) && "label" %in% names(formals(read_options))) for (line in grep(pattern, lines)) {
  params <- gsub("^\\s*,*|,*\\s*$", "", sub("^([a-zA-Z0-9_]+)", "", sub(pattern, "\\1", lines[line])))
  tryCatch(suppressMessages(read_options(params, label = FALSE)), error = function(e) emit("option", line = line, options = trimws(params)))
}

# ---- pieces: what an output hook got, and the Markdown that knitr's own hook made of it --------------------------------------------
store <- new.env(); count <- 0L; depth <- 0L; asked <- new.env()
token <- function(markdown) {
  count <<- count + 1L
  assign(as.character(count), paste(markdown, collapse = ""), envir = store)
  paste0("@", nonce, ":", count, "@")
}
id_of <- function(token) as.integer(gsub("^@.*:|@$", "", token))
tokens <- paste0("@", nonce, ":([0-9]+)@")
expand <- function(x) {          # tokens back to knitr's Markdown; what a hook got may hold those of a child document
  x <- paste(x, collapse = "\n")
  while (grepl(tokens, x))
    for (one in unique(regmatches(x, gregexpr(tokens, x))[[1]])) x <- gsub(one, store[[as.character(id_of(one))]], x, fixed = TRUE)
  x
}
spans <- "`r[ #][^`]+`"; values <- new.env()
filled <- function(text, name, label) {   # inline code in captions and alternative texts, after the chunk's own code, once
  if (!is.character(text)) return(text)
  found <- gregexpr(spans, text)
  regmatches(text, found) <- lapply(regmatches(text, found), function(codes) vapply(codes, function(span) {
    code <- trimws(substring(span, 4, nchar(span) - 1)); key <- paste(label, code)
    if (is.null(values[[key]])) values[[key]] <- tryCatch(
      paste(theirs$inline(theirs$evaluate.inline(code, knitr::knit_global())), collapse = ", "),
      error = function(e) stop("the inline code `r ", code, "` of ", name, ": ", conditionMessage(e), call. = FALSE))
    values[[key]]
  }, ""))
  text
}
wrap <- function(kind, hook) {
  force(kind); force(hook)
  function(x, options) {
    if (kind == "plot") for (name in c("fig.cap", "fig.alt")) options[[name]] <- filled(options[[name]], name, options$label)
    as_is <- kind == "output" && identical(options$results, "asis")   # knitr >= 1.49 sends these here as well
    size <- if (kind %in% c("output", "message", "warning", "error") && !as_is) sum(nchar(x, "bytes")) else 0
    lost <- max(0, size - bytes - 8)      # 8 more than may be kept, so that what is left, which ends with a whole letter, is seen to be cut
    if (lost) x <- iconv(rawToChar(charToRaw(paste(x, collapse = "\n"))[seq_len(size - lost)]), "UTF-8", "UTF-8", sub = "")
    text <- hook(x, options)
    id <- token(text)
    emit("piece", id = id_of(id), kind = if (as_is) "asis" else kind, markdown = expand(text),
      text = if (kind != "plot") expand(x), file = if (kind == "plot") x[1], lost = lost)
    id
  }
}

# ---- knitr as the Workbench sets it ------------------------------------------------------------------------------------------------
raw_tag <- function(tag) function(options) {     # css and js chunks become raw HTML, whatever knitr's version does for Markdown
  shown <- sprintf("<%s>\n%s\n</%s>", tag, paste(options$code, collapse = "\n"), sub(" .*", "", tag))
  knitr::engine_output(utils::modifyList(options, list(results = "asis")), options$code, if (options$eval) shown)
}
knitr::knit_engines$set(css = raw_tag("style type=\"text/css\""), js = raw_tag("script type=\"text/javascript\""))
if (python) {                    # without reticulate: who reads the events has a kernel, and answers with R code that makes the pieces
  questions <- 0L
  registerS3method("as.character", "lesson_error", function(x, ...) paste0(conditionMessage(x), "\n"), envir = baseenv())
  knitr::knit_engines$set(python = function(options) {
    if (isFALSE(options$eval)) return(knitr::engine_output(options, options$code, ""))
    questions <<- questions + 1L
    figures <- 0L
    answer <- paste0(events, ".answer-", questions)
    emit("question", number = questions, code = paste(options$code, collapse = "\n"))
    while (!file.exists(answer)) Sys.sleep(0.01)
    known <- list(
      said = function(text) simpleMessage(text),
      failed = function(text) structure(list(message = text, call = NULL), class = c("lesson_error", "error", "condition")),
      picture = function(file) {
        figures <<- figures + 1L
        to <- knitr::fig_path(paste0(".", tools::file_ext(file)), options, figures)
        dir.create(dirname(to), recursive = TRUE, showWarnings = FALSE)
        file.copy(file, to, overwrite = TRUE)
        knitr::include_graphics(to)
      })
    out <- eval(parse(answer, encoding = "UTF-8"), known, baseenv())
    kinds <- function(pieces) vapply(pieces, function(x) class(x)[1], "")
    hidden <- c(if (isFALSE(options$echo)) "source", if (options$results == "hide") "character", if (isFALSE(options$message)) "simpleMessage",
      if (options$fig.show == "hide") "knit_image_paths")
    out <- out[!kinds(out) %in% hidden]
    if (options$results == "hold") {
      kind <- kinds(out)
      code <- paste(vapply(out[kind == "source"], function(x) x$src, ""), collapse = "\n")
      said <- paste(unlist(out[kind == "character"]), collapse = "")
      out <- c(if (any(kind == "source")) list(structure(list(src = code), class = "source")), if (nzchar(said)) list(said),
        out[!kind %in% c("source", "character")])
    }
    knitr::engine_output(options, out = out)
  })
}
knitr::opts_chunk$set(
  error = !fail, comment = "", fig.align = "center", class.output = "output", class.error = "error", class.warning = "warning",
  class.message = "output", fig.path = file.path("fig", paste0(slug, "-rendered-")))
knitr::opts_knit$set(root.dir = getwd(), rmarkdown.pandoc.to = "markdown")

# ---- ours --------------------------------------------------------------------------------------------------------------------------
knitr::render_markdown()         # knit() keeps hooks that are not its defaults, so ours go around these
theirs <- knitr::knit_hooks$get()
for (kind in c("source", "output", "message", "warning", "error", "plot"))
  knitr::knit_hooks$set(setNames(list(wrap(kind, theirs[[kind]])), kind))
is_child <- function() isTRUE(knitr::opts_knit$get("child"))
around <- list(                  # two hooks tell what nobody else does, so they go around those that a document sets itself as well
  chunk = function(hook) function(x, options) {
    indent <- if (is.null(options$indent)) "" else options$indent   # the token stands where the chunk stood: in a list, in a quotation
    shown <- paste(hook(expand(x), options), collapse = "\n")
    id <- token(if (startsWith(shown, indent)) substring(shown, nchar(indent) + 1) else shown)
    allowed <- asked[[options$label]]
    emit("chunk", id = id_of(id), label = options$label, text = paste(x, collapse = "\n"),
      files = I(as.character(unique(unlist(knitr::opts_knit$get("plot_files"))))), allowed = if (is.null(allowed)) !fail else allowed)
    paste0(indent, id)
  },
  document = function(hook) function(x) {
    if (is_child()) return(hook(x))
    parts <- as.character(x)
    markdown <- vapply(parts, expand, "", USE.NAMES = FALSE)
    shown <- as.character(hook(markdown))
    if (length(shown) != length(parts)) shown <- vapply(markdown, function(one) paste(hook(one), collapse = "\n"), "", USE.NAMES = FALSE)
    emit("document", parts = I(parts), markdown = I(shown))
    shown
  })
ours <- new.env()
keep_ours <- function() for (kind in names(around)) local({
  now <- knitr::knit_hooks$get(kind)
  if (!identical(now, ours[[kind]])) {
    ours[[kind]] <- around[[kind]](now)
    knitr::knit_hooks$set(setNames(list(ours[[kind]]), kind))
  }
})
keep_ours()
knitr::knit_hooks$set(
  evaluate = function(..., output_handler) {
    old <- output_handler$source
    output_handler$source <- function(src, ...) {
      if (!is_child()) emit("expression", lines = sum(lengths(regmatches(unlist(src), gregexpr("\n", unlist(src), fixed = TRUE)))))
      if (length(formals(old)) > 1) old(src, ...) else { old(src); src }
    }
    failed <- output_handler$error
    output_handler$error <- function(e) {
      emit("condition", message = conditionMessage(e), call = call_of(e), child = is_child())
      failed(e)
    }
    output_handler$calling_handlers <- c(output_handler$calling_handlers, list(interrupt = stopped))
    value <- output_handler$value                         # evaluate < 1.0 prints outside these handlers
    if (is.function(value)) output_handler$value <- if (length(formals(value)) > 1)
      function(x, visible) withCallingHandlers(value(x, visible), interrupt = stopped) else
      function(x) withCallingHandlers(value(x), interrupt = stopped)
    depth <<- depth + 1L; on.exit(depth <<- depth - 1L)   # a child in a chunk: what debug says would be the outer chunk's output
    if (apart) drawing$looks_at(unlist(list(...)[1]))
    found <- evaluate::evaluate(..., output_handler = output_handler, debug = depth == 1L)   # copies what is captured, for whoever counts it
    if (apart) found[] <- lapply(found, function(x) if (inherits(x, "recordedplot")) structure(x, class = c("lesson_plot", class(x))) else x)
    found
  },
  evaluate.inline = function(code, envir = knitr::knit_global()) {
    if (!is_child()) emit("inline", text = NULL)   # one without a value never comes to the next hook
    if (current %in% left) return("")
    if (apart) drawing$looks_at(code)
    withCallingHandlers(theirs$evaluate.inline(code, envir), interrupt = stopped)
  },
  inline = function(x) {
    shown <- theirs$inline(x)
    if (!is_child()) emit("value", text = paste(shown, collapse = "\n"))
    shown
  })
knitr::opts_hooks$set(
  eval = function(options) { if (current %in% left) options$eval <- FALSE; options },
  cache = function(options) { options$cache <- FALSE; options },   # cached text would hold the tokens of another run
  error = function(options) {    # a number goes on in hidden chunks too (knitr:::block_exec asks for `error && include`)
    assign(options$label, as.logical(options$error)[1], envir = asked)
    options$error <- 0L
    options
  })
# ---- other programs: what fails there is no error of R, and knitr only says so under error=FALSE, where it stops -----------------------
ended_with <- function(words) {                         # R's warning, in the language that it has now
  status <- strsplit(gettext("running command '%s' had status %d", domain = "R"), "%[sd]")[[1]]
  if (!startsWith(words, status[1]) || !grepl(status[2], words, fixed = TRUE)) return("")
  sub("\\D.*", "", utils::tail(strsplit(words, status[2], fixed = TRUE)[[1]], 1))
}
pictures <- c("dot", "asy", "ditaa")                    # engines that do not look whether their program made the picture
not_there <- function(engine, options, shown) {
  program <- if (engine %in% pictures && !isFALSE(options$eval)) {
    path <- options$engine.path
    if (is.list(path)) path <- path[[engine]]
    if (is.null(path)) engine else path
  } else sub("^Error in running command ", "", grep("^Error in running command ", shown, value = TRUE)[1])
  if (is.na(program) || nzchar(Sys.which(program))) "" else if (engine %in% pictures) program else engine
}
heard <- function(name, engine) {
  force(name); force(engine)
  structure(function(options) {
    if (apart) drawing$at_once()                        # other programs may look at figures too
    ended <- ""
    made <- withCallingHandlers(engine(options), warning = function(w) {
      status <- ended_with(conditionMessage(w))
      if (nzchar(status)) ended <<- status
    })
    lacking <- if (nzchar(ended)) "" else not_there(name, options, strsplit(expand(paste(made, collapse = "\n")), "\n", fixed = TRUE)[[1]])
    words <- if (nzchar(ended)) paste("the program of the chunk ended with status", ended) else
      if (nzchar(lacking)) sprintf("there is no program called %s", sQuote(lacking, FALSE)) else ""
    if (nzchar(words)) emit("condition", message = words, call = "", child = is_child())
    made
  }, lesson = TRUE)
}
hear_engines <- function() {                            # those that a document sets itself as well
  engines <- Filter(function(engine) is.function(engine) && is.null(attr(engine, "lesson")), knitr::knit_engines$get())
  if (length(engines)) knitr::knit_engines$set(mapply(heard, names(engines), engines, SIMPLIFY = FALSE))
}
hear_engines()
options(knitr.progress.fun = function(total, labels) {
  child <- is_child()
  if (!child) emit("parts", labels = I(as.character(labels)))
  list(update = function(i) if (!child) {
    keep_ours()
    hear_engines()
    current <<- i
    emit("part", number = i, at = proc.time()[["elapsed"]])
  }, done = keep_ours)
})
warned <- ""                     # of knitr's own code: what chunks warn of never comes here
emit("start", process = Sys.getpid(), knitr = getNamespaceVersion("knitr")[[1]], r = as.character(getRversion()))
withCallingHandlers(
  knitr::knit(input, output, envir = globalenv(), quiet = FALSE, encoding = "UTF-8"),
  warning = function(w) {
    warned <<- conditionMessage(w)
    if (!nzchar(ended_with(warned))) emit("warned", text = warned)      # a program's status is a condition already
  },
  error = function(e) emit("failed", message = conditionMessage(e), warning = warned))
if (apart) drawing$finish()
there <- setdiff(loadedNamespaces(), c("base", "compiler", "datasets", "grDevices", "graphics", "grid", "methods", "parallel", "splines",
  "stats", "stats4", "tcltk", "tools", "utils"))   # the others are R's own (R, "R FAQ", 5.1.1)
emit("loaded", names = I(c("R", there)), versions = I(c(as.character(getRversion()), vapply(there, function(name)
  tryCatch(getNamespaceVersion(name)[[1]], error = function(e) ""), "", USE.NAMES = FALSE))))
emit("done", at = proc.time()[["elapsed"]])
})
