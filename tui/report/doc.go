// Package report turns findings into documents that can be handed on: one
// self-contained HTML page, Markdown, and CSV for spreadsheets.
//
// A Document is put together once and written in either form:
//
//	d := report.Document{
//		Kind: "audit", Title: "payments", Lead: "as of 2026-03-14 09:26 UTC",
//		Facts: []report.Fact{{Value: "3", Label: "overdue", Tone: report.ToneDanger}},
//		Sections: []report.Section{{Title: "All credentials", Blocks: []report.Block{{Table: &table}}}},
//	}
//	err := d.WriteHTML(file) // or d.WriteMarkdown(file)
//
// The page has no script and loads nothing; its charts are inline SVG, each with
// a title, a description and a table of its numbers. Every text is taken for
// untrusted: it is cleaned and escaped here, and nowhere else needs to.
package report
