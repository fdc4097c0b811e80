"""zhankan (站刊): structured case records and station achievements in, publications out.

*Content files become records; records and an edition become a publication made of articles;
checks read the publication as it will be printed; writers turn it into files.*

::

    content/ --load--> Records --compose--> Publication --write--> build/<edition>/<name>.pdf .docx …
                                                |
                                             checks
    every arrow reports Diagnostics; nothing else leaves a stage

``build.py`` shows this chain in about twenty consecutive lines. The chain is pure: whatever comes
from outside (files, fonts, today's date, settings, language) enters through one object,
:class:`generator.project.Project`, and only ``build.py`` writes
finished files (``cache`` keeps copies of them; ``review``, ``signing`` and ``fixing`` write content/, when asked to).

Modules in import order; a module imports only from lines above it, plug-ins of a package never from each other:

================  ==================================================================================
diagnostics       Text, Span, Severity, Diagnostic, Report – values only
archives          zip files from outside, opened with distrust
project           Project: root, today, language – the only holder of paths
limits            what work on content may take (time, memory) and touch (files, no network)
collector         Python's cyclic collector, stopped where it only costs time
store             data kept under the hash of what it was made from
memory            what pure stages made, for the next build of the same process
messages          diagnostics and help texts in the reader's language; text, tables and JSON
model             the nouns: Record base, Records, Article, Publication, Asset, PageLayout
tree              the closed semantic vocabulary of an article; parse, check, walk, serialise
rasters           raster pictures as they leave the house: no finer than they are shown, nothing of the camera
drawings          drawings from content: plain ones of a closed vocabulary, and no others
vector            vector art in the house's style: words measured and broken, shapes, hatching; as SVG
charting          what charts of every kind share: what none may lack, round steps, values and their units
figures/          CHARTS, DIAGRAMS: data -> SVG + words
records/          RECORD_TYPES: one pydantic model a file
readers/          READERS: a file's text -> raw records with line:column marks
load              content/ -> Records
signoff           三审三校: what a piece went through, what it lacks, who is due; what a release was given for
theme             the house's theme with what the hub's file changes
schema            record types -> JSON Schema for an editor's YAML plug-in, and record skeletons
quantities        figures in Chinese prose: where each stands, and the interval of values it may mean
facts             figures: found, printed in their true form, added up where they may be
printed           the facts that an edition went to press with, kept in content/style/printed/
provenance        where printed words come from; templates that leave it in the tree
wording           words that templates print of values: dates, periods
plotting          facts arranged as charts, and what is noted below them
fences            figures written in a text: fenced blocks read and judged
prose             Markdown -> tree, with roles such as ``{巡访人次@2023}`` bound to facts
numbering         numbers of clauses, figures and tables; what cross references print
tables            column widths of tables
each              one definition of an edition -> the edition of each station (每站一册)
publications/     PUBLICATION_TYPES: edition + records -> pieces in printing order, page layout
compose           records + templates -> Publication
privacy/          what may not be said of whom: the roster of real names, identifiers, names
writing           a text as it is written: its words without markup, what was found in them
language/         rules of written Chinese: punctuation, numerals, slips of the hand, garbled texts
terms             wording rules as data, the house's and the hub's
reading           a publication as its readers meet it: every run of words, and where each was written
tally             whose figure is it: every figure of a reading against the facts and the data of its record
checks/           CHECKS: publication + records (or its reading) -> diagnostics
ignores           findings accepted with a reason
inventory         what a workspace holds, as lists; manual pages of diagnostics
typesetting/      what makes WeasyPrint set Chinese well (fonts, page, paragraphs broken as a whole), cuts what it
                  lays out into fragments and puts these together for screen and press (tags, inks, marks,
                  preflight), and pages on sheets
workers           one pool of processes
writers/          WRITERS: publication -> {name: bytes}
review/           a review copy that came back -> what was changed by whom, and the records as they would become
prepress          an edition's pages imposed on sheets, its cover wrap
cache             finished files, kept in the store; why they are made again
stamp             a build of which nothing has changed is told again without being run
build             the chain; the one atomic switch of a finished set
signing           what editions lack and from whom; signatures and releases written into content/
fixing            certain mendings of diagnostics, put into the files of content/
register          every figure of the editions: its fact, its source, where it is printed; freezing what was printed
places            folders of this machine, shares, and whatever fsspec reaches
sources           the sources of a build, taken once a revision by machines that don't hold the workspace
lane              a process that does one thing at a time, watched, under limits
fleet             whole editions through an executor: this machine's cores or a cluster
watch             the chain again after every save
doctor            is this machine able to set type? probes and fixes
workspace         ``init`` and ``new``: files for a new hub
cli               click commands: parse, call, print, exit code
================  ==================================================================================

Adding a record type, a publication type, a figure, a check or an output format is one file and one
line in its package's registry.
"""

__version__ = "0.1.0"
