"""The languages that get a label: those that pandoc's highlighter supports, by name or by file suffix.

Each name was tried with pandoc; a test repeats that with the installed pandoc.
"""

from __future__ import annotations

NAMES = """
abc actionscript ada adb ado ads agda apache as ashx asm asn1 asp aspx ats awk bash bat bib bibtex boo c c# c++ cc cf cfc cfg cfm
cfml changelog cjs cl clj cljc cljs clojure cls cmake cmd coffee coffeescript coldfusion comments commonlisp cpp cppm cr crystal
cs csh csharp css cu cuh curry cxx d darcspatch dart debiancontrol def default di diff djangotemplate do dockerfile dosbat dot
doxygen doxygenlua dpatch dtd e ebuild eclass eex eiffel el elixir elm email eml eps erb erl erlang ex exheres-0 exlib exs f f03
f90 fasm fortran fortranfixed fortranfree frag fs fsharp fsi fsx g gap gcc gd gdscript gemspec gi gleam glsl gnuassembler go
googlesql.sql gpr gradle graphql groovy gs h h++ hamlet handlebars haskell haxe hbs hh hpp hs htm html hx hxx idr idris ijs inc
ini ino isocpp ixx j java javadoc javascript javascriptreact jl js json jsonl jsp jsx julia kotlin kt kts latex lex lhs lilypond
lisp literatecurry literatehaskell ll llvm lsp lua ly m m4 mac makefile mandoc markdown mathematica matlab maxima md mediawiki
metafont mf mips mjs mk ml mli mm mod modelines modula2 modula3 monobasic mustache nasm nb ndjson nim nix noweb objective-c
objective-c++ objectivec objectivecpp ocaml octave odin opencl org orgmode p p6 pas pascal patch perl php pike pl pl6 pm pm6
postscript pov povray powershell pp pro prolog proto protobuf ps ps1 psm1 pure purebasic purescript purs py pyi python pyw q qml r
racket rake raku rakudoc rakumod rakutest rb relaxng relaxngcompact rest restructuredtext rhtml rkt rnc roff rs rss rst ruby rust
s sage sass scala sce scheme sci scilab scm scss sed sgml sh sml spdxcomments sql sqlmysql sqlpostgresql squid.conf ss stan stata
sv svg svh swift systemverilog tcl tcsh terraform tex texinfo tf tlaplus toml ts txt typ typescript typst v vb verilog vert vhd
vhdl wsdl xml xorg xorg.conf xsd xsl xslt xul yacc yaml yml zig zsh
"""

KNOWN = frozenset(NAMES.split())
"""Names in lower case: pandoc ignores case."""
