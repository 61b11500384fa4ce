package tui

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// TestScenes compares the whole console, in mono text at four sizes, with golden
// frames of every scene there is.
func TestScenes(t *testing.T) {
	t.Parallel()
	eachScene(t, func(t *testing.T, name string, d *deck) {
		for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 40}, {200, 50}} {
			uitest.Golden(t, fmt.Sprintf("scenes/%s-%dx%d", name, size[0], size[1]), d.frameAt(size[0], size[1]))
		}
	}, func(o *Options) { o.NoColor = true })
}

// TestNoGoldenFrameIsLeftOver finds golden frames whose scene is gone.
func TestNoGoldenFrameIsLeftOver(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/scenes/*.golden")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden frames", err)
	}
	all := scenes()
	for _, file := range files {
		name := filepath.Base(file)
		if name = name[:strings.LastIndex(name, "-")]; all[name] == nil {
			t.Errorf("%s: there is no scene %s", file, name)
		}
	}
}

// eachScene plays every scene on a console of its own, and gives it to check
// once nothing more happens by itself. Time is that of a bubble: it stands still
// while anything goes on.
func eachScene(t *testing.T, check func(t *testing.T, name string, d *deck), change ...func(o *Options)) {
	t.Helper()
	eachSceneOf(t, func(*enginetest.World) {}, check, change...)
}

// eachSceneOf is eachScene with a say in what the world is.
func eachSceneOf(t *testing.T, prepare func(w *enginetest.World), check func(t *testing.T, name string, d *deck), change ...func(o *Options)) {
	t.Helper()
	for name, scene := range scenes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, prepare, scene, func(t *testing.T, d *deck) { check(t, name, d) }, change...)
		})
	}
}

// eachSceneInTurn is eachScene for checks that add something up.
func eachSceneInTurn(t *testing.T, check func(t *testing.T, name string, d *deck), change ...func(o *Options)) {
	t.Helper()
	for name, scene := range scenes() {
		t.Run(name, func(t *testing.T) {
			play(t, func(*enginetest.World) {}, scene, func(t *testing.T, d *deck) { check(t, name, d) }, change...)
		})
	}
}

func play(t *testing.T, prepare func(w *enginetest.World), scene func(d *deck), check func(t *testing.T, d *deck), change ...func(o *Options)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var d *deck
		t.Cleanup(func() { d.begun.Wait() }) // timers of the bubble must run out
		d = newDeckOf(t, prepare, change...)
		d.begin(d.Init())
		d.shows("✓ ok")
		scene(d)
		d.settle()
		check(t, d)
	})
}

// frameAt is what the console shows in a window of that size. It draws twice:
// what keys there are depends on what the last frame had room for.
func (d *deck) frameAt(width, height int) string {
	d.deliver(tea.WindowSizeMsg{Width: width, Height: height})
	d.drain()
	d.Frame(width, height)
	return d.Frame(width, height)
}
