package report

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"strings"

	"github.com/rotadeck/rotadeck/tui/ui"
)

//go:embed page.html
var pageText string

//go:embed page.css
var styles string

// WriteHTML writes the document as one page that needs nothing else.
func (d Document) WriteHTML(w io.Writer) error {
	page, err := template.New("page").Funcs(template.FuncMap{
		"clean":  clean,
		"lines":  func(text string) string { return strings.Join(ui.CleanLines(text), "\n") },
		"styles": func() template.CSS { return template.CSS(styles) },
		"bar":    shareBar,
	}).Parse(pageText)
	if err != nil {
		return err
	}
	var b bytes.Buffer // a page that fails half-way is not written at all
	if err := page.Execute(&b, d); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}
