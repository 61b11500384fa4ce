package report_test

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/tui/report"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func html(t *testing.T, d report.Document) string {
	t.Helper()
	var b strings.Builder
	if err := d.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func markdown(t *testing.T, d report.Document) string {
	t.Helper()
	var b strings.Builder
	if err := d.WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDocument(t *testing.T) {
	t.Parallel()
	page := html(t, sample("payments"))
	_, page, _ = strings.Cut(page, "</style>") // the styles are no outcome
	uitest.Golden(t, "page", page)
	uitest.Golden(t, "markdown", markdown(t, sample("payments")))
	if empty := html(t, report.Document{}); !strings.Contains(empty, "</html>") {
		t.Error("an empty document is no page")
	}
}

// TestNothingFromElsewhere reads the page as a browser would: no script, nothing
// that is fetched, every element closed.
func TestNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	page := html(t, sample("payments"))
	for _, bad := range []string{"<script", "http:", "https:", "src=", "@import", "javascript:", " on"} {
		if bad == " on" && !regexp.MustCompile(`<[^>]* on[a-z]+=`).MatchString(page) {
			continue
		}
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	closed(t, page)
	ids := map[string]bool{}
	for _, id := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if ids[id[1]] {
			t.Errorf("the id %s is there twice", id[1])
		}
		ids[id[1]] = true
	}
	for _, id := range regexp.MustCompile(`aria-labelledby="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		for name := range strings.FieldsSeq(id[1]) {
			if !ids[name] {
				t.Errorf("nothing has the id %s", name)
			}
		}
	}
}

// closed parses the page strictly.
func closed(t *testing.T, page string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.Entity = true, xml.HTMLEntity
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("the page is not well formed: %v", err)
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	t.Parallel()
	hostile := uitest.Untrusted()
	for name, text := range map[string]string{
		"script": `payload<script>alert(1)</script>`, "image": `payload<img src=x onerror=alert(1)>`,
		"attribute": `payload" onmouseover="alert(1)`, "single": `payload' onload='x`, "comment": `payload--><b>`,
		"svg": `payload</text></svg><script>1</script>`, "style": `payload</style><script>1</script>`, "entity": `payload&lt;b&gt;`,
		"template": `payload{{.}}`, "fence": "payload ``` <b>", "url": `payload](javascript:alert(1))`,
	} {
		hostile[name] = text
	}
	want := regexp.MustCompile(`<[a-z/!][^>]*>`)
	shape := func(page string) int { return len(want.FindAllString(page, -1)) }
	for name, text := range hostile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := html(t, sample(text))
			if got := shape(page); got != shape(html(t, sample("payments"))) {
				t.Errorf("%d tags, want as many as of a harmless page", got)
			}
			closed(t, page)
			uitest.Harmless(t, page)
			md := markdown(t, sample(text))
			uitest.Harmless(t, md)
			if got, want := strings.Count(md, "\n"), strings.Count(markdown(t, sample("payments")), "\n"); name != "lines" && got != want {
				t.Errorf("%d lines of Markdown, want %d", got, want)
			}
			words := regexp.MustCompile("(?s)\n```+\n.*\n```+\n").ReplaceAllString(md, "")
			if markup := regexp.MustCompile(`(^|[^\\])(<[a-z/]|\]\()`).FindString(words); markup != "" {
				t.Errorf("Markdown holds markup %q:\n%s", markup, md)
			}
		})
	}
}

// TestContrast holds the colours of the page to WCAG 2.2: 4.5:1 for text, on
// cards and on the page, and 3:1 for what is drawn.
func TestContrast(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("page.css")
	if err != nil {
		t.Fatal(err)
	}
	roots := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(string(text), -1)
	if len(roots) != 3 {
		t.Fatalf("%d sets of colours, want light, dark and print", len(roots))
	}
	for i, root := range roots {
		colours := map[string]string{}
		for _, c := range regexp.MustCompile(`--([a-z]+): (#[0-9a-f]{6})`).FindAllStringSubmatch(root[1], -1) {
			colours[c[1]] = c[2]
		}
		for _, ground := range []string{"page", "card"} {
			for _, ink := range []string{"text", "strong", "muted", "accent", "ok", "info", "warn", "danger"} {
				if got := ui.Contrast(colours[ink], colours[ground]); got < 4.5 {
					t.Errorf("set %d: %s on %s has contrast %.2f", i, ink, ground, got)
				}
			}
		}
		for _, fill := range []string{"ok", "info", "warn", "danger", "muted", "accent"} {
			if got := ui.Contrast(colours[fill], colours["track"]); got < 3 {
				t.Errorf("set %d: %s on the track of a bar has contrast %.2f", i, fill, got)
			}
		}
	}
}

func TestCSV(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	err := report.WriteCSV(&b, []string{"name", "owner"}, [][]string{
		{"a,b", `say "hi"`}, {"=1+1", "+1"}, {"-1", "@cmd"}, {"\tx", " =1"}, {"a\nb", "＝1"}, {"2026-03-14", "x=1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "name,owner\r\n\"a,b\",\"say \"\"hi\"\"\"\r\n'=1+1,'+1\r\n'-1,'@cmd\r\n'    x,' =1\r\na b,'＝1\r\n2026-03-14,x=1\r\n"
	if got := b.String(); got != want {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

func TestShortAndEmptyCharts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*report.Chart{
		"no bars":    report.Bars("t", "d", nil, report.BarOptions{Mark: 1}),
		"zero bars":  report.Bars("t", "d", []report.Bar{{Label: "x", Parts: []report.Part{{}}}}, report.BarOptions{}),
		"no pillars": report.Pillars("t", "d", nil),
		"no points":  report.Line("t", "d", nil, func(float64) string { return "0" }),
		"one point":  report.Line("t", "d", []report.Point{{Known: true}}, func(float64) string { return "0" }),
	} {
		if got := string(c.Draw(0, 0)); strings.Contains(got, "NaN") || strings.Contains(got, "Inf") || !strings.Contains(got, "<title") {
			t.Errorf("%s: %s", name, got)
		}
	}
}
