# Figures are drawn into their files beside the document. knitr draws each figure twice: while its code runs, to record it, and
# once more into its file. The second waits until there are some; a fork draws those while the document goes on. What is unusual is drawn
# at once, as always: other devices than png, figures that somebody processes further, and from then on all of them where code may look
# at files or may change how figures look.
drawing <- local({
  together <- 8L                             # a fork has its price: what it shares with this process is copied when one of them changes it
  looks <- paste0("\\b(list\\.(files|dirs)|dir|file\\.\\w+|unlink|system2?|shell\\w*|Sys\\.\\w+|pipe|source|zip|tar|palette|options|\\.C|\\.Call)\\s*\\(|",
    "\\b(fs|magick|png|jpeg|parallel|future|callr|processx|foreach|showtext|extrafont|systemfonts|reticulate)::|\\bsource\\b|",
    "\\b(fig[/_.]|knit_|opts_(knit|hooks|current|template)|include_graphics|readPNG|readJPEG|image_read|rasterImage|mc\\w+apply|mcparallel|makeCluster|fork|setHook|",
    "makeContent|makeContext|drawDetails|recordGraphics|register_font|font_add\\w*)|-rendered-")
  drawn_by <- c("grid", "gtable", "ggplot2", "lattice", "gridExtra")   # of other packages, drawing may change more than the figure
  waiting <- list(); helpers <- list(); number <- 0L; alone <- FALSE
  finished <- function(each) file.exists(each$mark)
  draw <- function(each) {
    old <- setwd(each$folder); on.exit(setwd(old))
    current <- grDevices::dev.cur()
    each$frame$device(each$frame$path, width = each$frame$width, height = each$frame$height)
    print(each$plot)
    grDevices::dev.off()
    if (current > 1) grDevices::dev.set(current)
    file.create(each$mark)
  }
  help <- function(figures) {                # a process that draws them; it outlives its parent, so that nobody has to wait for it
    own <- Sys.getpid(); number <<- number + 1L
    mark <- paste0(figures[[1]]$mark, ".helper")
    fork()
    if (Sys.getpid() != own) {
      first <- Sys.getpid()
      fork()
      if (Sys.getpid() != first) tryCatch({
        writeLines(sprintf("%d", Sys.getpid()), mark)
        for (each in figures) draw(each)
      }, error = function(e) NULL, interrupt = function(e) NULL, finally = leave())
      leave()
    }
    .C(known$wait, integer(1))
    helpers[[length(helpers) + 1L]] <<- list(mark = mark, figures = figures, began = proc.time()[["elapsed"]])
  }
  works <- function(helper) {                # from when it was forked until it has drawn all, or will not
    if (all(vapply(helper$figures, finished, TRUE))) return(FALSE)
    process <- if (file.exists(helper$mark)) readLines(helper$mark)
    if (!length(process)) return(proc.time()[["elapsed"]] - helper$began < 5)
    stat <- suppressWarnings(tryCatch(readLines(file.path("/proc", process, "stat"))[1], error = function(e) ""))
    nzchar(stat) && !grepl("\\) [ZX] ", stat)
  }
  finish <- function() {                     # draw what waits, in two processes if that is worth a fork, and what a helper has not drawn
    half <- length(waiting) %/% 2L
    if (half > 1) help(waiting[seq_len(half)])
    for (each in if (half > 1) waiting[-seq_len(half)] else waiting) draw(each)
    waiting <<- list()
    for (helper in helpers) {
      while (works(helper)) Sys.sleep(0.002)
      for (each in helper$figures) if (!finished(each)) draw(each)
    }
    helpers <<- list()
  }
  usual <- function(frame) {                 # the frame of knitr's function that opens the device, prints the plot and closes the device
    options <- frame$options
    is.list(options) && is.function(frame$device) && is.character(frame$path) && identical(frame$dev, "png") && identical(options$dev, "png") &&
      length(options$fig.ext) == 1 && is.null(options$fig.process) && is.null(options$dev.args) && !isTRUE(options$fig.showtext) &&
      !identical(options$fig.show, "animate") && identical(getOption("bitmapType"), "cairo") && names(grDevices::dev.cur()) == "png" &&
      identical(knitr::opts_knit$get("upload.fun"), identity)
  }
  plainly <- function() {                    # whether only those packages draw that do nothing else
    if (!isNamespaceLoaded("grid")) return(TRUE)
    table <- asNamespace("grid")[[".__S3MethodsTable__."]]
    names <- grep("^(makeContent|makeContext|drawDetails|preDrawDetails|postDrawDetails)\\.", ls(table), value = TRUE)
    all(vapply(names, function(name) environmentName(topenv(environment(table[[name]]))) %in% drawn_by, TRUE))
  }
  list(
    looks_at = function(code) {              # before code runs that may look at figures or change how they look
      if (!alone && any(grepl(looks, code, perl = TRUE))) { alone <<- TRUE; finish() }
    },
    finish = finish,
    at_once = function() { alone <<- TRUE; finish() },
    later = function(plot, frame, mark) {    # TRUE if a figure need not be drawn now
      if (alone || !usual(frame) || !plainly()) return(FALSE)
      number <<- number + 1L
      waiting[[length(waiting) + 1L]] <<- list(plot = plot, frame = frame, mark = paste0(mark, number), folder = getwd())
      if (length(waiting) == together) { help(waiting); waiting <<- list() }
      TRUE
    })
})
registerS3method("print", "lesson_plot", envir = baseenv(), function(x, ...) {
  frame <- parent.frame()
  class(x) <- setdiff(class(x), "lesson_plot")
  if (!drawing$later(x, frame, paste0(events, ".figure-"))) print(x)
  invisible(x)
})
