package table

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func testColumns() []Column {
	return []Column{
		{ID: "name", Title: "name", Width: 6, Max: 10},
		{ID: "kind", Title: "kind", Width: 5, Drop: 2},
		{ID: "age", Title: "age", Width: 4, Drop: 1, Right: true},
	}
}

func cell(id string, column Column) string { return column.ID[:1] + ":" + id }

func TestView(t *testing.T) {
	t.Parallel()
	table := New(testColumns())
	table.SetRows([]string{"one", "two", "three", "four", "five"})
	table.Move(3)
	uitest.Golden(t, "view", table.View(ui.NewTheme(ui.Look{}), 24, 4, cell))
}

func TestSizes(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{Dark: true})
	table := New(testColumns())
	uitest.Sizes(t, func(w, h int) string { return table.View(theme, w, h, cell) })
	table.SetRows(slices.Repeat([]string{"名前名前名前名前", "a"}, 50))
	table.Move(70)
	uitest.Sizes(t, func(w, h int) string { return table.View(theme, w, h, cell) })
}

func TestLayoutDropsByPriority(t *testing.T) {
	t.Parallel()
	names := func(width int) (ids []string) {
		for _, c := range Layout(testColumns(), width) {
			ids = append(ids, fmt.Sprintf("%s %d", c.ID, c.Width))
		}
		return ids
	}
	for width, want := range map[int][]string{
		40: {"name 10", "kind 5", "age 4"},
		19: {"name 6", "kind 5", "age 4"},
		18: {"name 10", "age 4"},
		13: {"name 7", "age 4"},
		11: {"name 10"},
		3:  {"name 6"},
	} {
		if got := names(width); !slices.Equal(got, want) {
			t.Errorf("width %d: %v, want %v", width, got, want)
		}
	}
}

func TestSelectionFollowsTheID(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		rows []string
		want string
	}{
		"sorted":          {[]string{"d", "c", "b", "a"}, "b"},
		"inserted before": {[]string{"x", "y", "a", "b", "c", "d"}, "b"},
		"narrowed":        {[]string{"b"}, "b"},
		"gone":            {[]string{"a", "c", "d"}, "c"},
		"gone at the end": {[]string{"a"}, "a"},
		"all gone":        {nil, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			table := New(testColumns())
			table.SetRows([]string{"a", "b", "c", "d"})
			table.Key(uitest.Key("down"))
			table.SetRows(c.rows)
			if got := table.Selected(); got != c.want {
				t.Errorf("selected %q, want %q", got, c.want)
			}
		})
	}
}

func TestFirstRowIsSelectedUntilOneIsChosen(t *testing.T) {
	t.Parallel()
	table := New(testColumns())
	table.SetRows([]string{"a", "b"})
	table.SetRows([]string{"b", "a"})
	if got := table.Selected(); got != "b" {
		t.Errorf("selected %q, want the first row", got)
	}
}

func TestSelectionComesBackAfterEmpty(t *testing.T) {
	t.Parallel()
	table := New(testColumns())
	table.SetRows([]string{"a", "b"})
	table.Key(uitest.Key("down"))
	table.SetRows(nil)
	table.SetRows([]string{"a", "b"})
	if table.Selected() == "" {
		t.Error("nothing is selected after the rows came back")
	}
}

func TestSelectionIsAlwaysARow(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{})
	rapid.Check(t, func(r *rapid.T) {
		table := New(testColumns())
		var rows []string
		for range rapid.IntRange(1, 20).Draw(r, "steps") {
			switch rapid.IntRange(0, 2).Draw(r, "step") {
			case 0:
				rows = rapid.SliceOfNDistinct(rapid.StringMatching("[a-z]{1,2}"), 0, 12, rapid.ID).Draw(r, "rows")
				table.SetRows(rows)
			case 1:
				table.Move(rapid.IntRange(-20, 20).Draw(r, "move"))
			default:
				table.View(theme, 30, rapid.IntRange(1, 8).Draw(r, "height"), cell)
			}
			if got := table.Selected(); len(rows) > 0 != slices.Contains(rows, got) {
				r.Fatalf("selected %q of %v", got, rows)
			}
		}
	})
}

func TestClick(t *testing.T) {
	t.Parallel()
	table := New(testColumns())
	table.SetRows([]string{"a", "b", "c"})
	table.View(ui.NewTheme(ui.Look{}), 24, 6, cell)
	if table.Click(0) || table.Click(5) || table.Click(9) {
		t.Error("a click outside the rows selects something")
	}
	if !table.Click(2) || table.Selected() != "b" {
		t.Errorf("selected %q, want b", table.Selected())
	}
}

func TestOnlyRowsInViewAreDrawn(t *testing.T) {
	t.Parallel()
	ids := make([]string, 10_000)
	for i := range ids {
		ids[i] = fmt.Sprint(i)
	}
	table := New(testColumns())
	table.SetRows(ids)
	table.Move(5_000)
	drawn := map[string]bool{}
	table.View(ui.NewTheme(ui.Look{}), 80, 21, func(id string, _ Column) string {
		drawn[id] = true
		return id
	})
	if len(drawn) != 19 || !drawn["5000"] {
		t.Errorf("%d rows were drawn, want 19 with the selected one", len(drawn))
	}
}
