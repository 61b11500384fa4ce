package localca_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// stageKit is a rehearsable target whose real CA must stay as it is.
func stageKit(t *testing.T) enginetest.StageKit {
	t.Helper()
	w := newWorld(t)
	target := w.target(engine.Settings{"endpoints": []string{"127.0.0.1:1"}})
	var n uint64
	for _, r := range t.Name() {
		n = n*131 + uint64(r)
	}
	name := "rotadeck_rehearsal_test" + strconv.FormatUint(n, 36)
	t.Cleanup(func() {
		left, _ := filepath.Glob(filepath.Join(os.TempDir(), name+"*"))
		for _, folder := range left {
			_ = os.RemoveAll(folder)
		}
	})
	return enginetest.StageKit{
		Target: target, Name: name,
		Snapshot: func() string { return contents(t, filepath.Dir(w.ca.CertFile)) + scratch(t, name) },
		Squat: func(name string) {
			folder := filepath.Join(os.TempDir(), name+"-"+strconv.Itoa(os.Getuid()))
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, "README"), []byte("mine"), 0o600); err != nil {
				t.Fatal(err)
			}
		},
	}
}

func scratch(t *testing.T, name string) string {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(os.TempDir(), name+"*"))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, folder := range folders {
		text.WriteString(contents(t, folder))
	}
	return text.String()
}

// contents lists the files of a folder with what is in them.
func contents(t *testing.T, folder string) string {
	t.Helper()
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	text := folder + "\n"
	for _, file := range files {
		data, err := os.ReadFile(filepath.Join(folder, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		text += file.Name() + ": " + string(data) + "\n"
	}
	return text
}

func TestStage(t *testing.T) {
	t.Parallel()
	enginetest.StageSuite(t, stageKit)
}

func TestStageIsATarget(t *testing.T) {
	t.Parallel()
	enginetest.TargetSuite(t, func(t *testing.T) enginetest.TargetKit { return enginetest.StagedKit(t, stageKit(t)) })
}
