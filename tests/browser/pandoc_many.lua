-- Reads a JSON list of Markdown texts and writes the list of what pandoc makes of each.
local reader = "markdown-hard_line_breaks+autolink_bare_uris+emoji+tex_math_single_backslash"
local reading = pandoc.ReaderOptions({ indented_code_classes = { "sh" } })
local writing = pandoc.WriterOptions({ html_math_method = "mathjax", highlight_method = "none", wrap_text = "none" })
local made = {}
for index, source in ipairs(pandoc.json.decode(io.read("a"), false)) do
  made[index] = pandoc.write(pandoc.read(source, reader, reading), "html4", writing)
end
io.write(pandoc.json.encode(made))
