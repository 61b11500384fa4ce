// Package reloadsignal makes a process read its credentials anew by a signal,
// as most daemons do on SIGHUP. The process is found by its pid file:
//
//	[[consumers]]
//	name     = "orders-api"
//	provider = "signal"
//	pid_file = "/run/orders-api.pid"
//
// In Go:
//
//	consumer, err := reloadsignal.New(part, nil)
//	err = consumer.Reload("orders-db").Apply(ctx)
package reloadsignal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/engine/shell"
)

// Consumer is a process with a pid file. Its methods are safe for concurrent
// use.
type Consumer struct {
	name    string
	pidFile string
	signal  string
	number  syscall.Signal
}

var _ engine.Consumer = (*Consumer)(nil)

// Describe is the schema of the provider.
func Describe() engine.Provider {
	return engine.Provider{
		Role: engine.RoleConsumer,
		Name: "signal",
		Doc:  "a process that reads its credentials anew when it gets a signal",
		Settings: []engine.Setting{
			{Name: "pid_file", Type: engine.TypePath, Required: true, Doc: "file with the number of the process, which the process wrote"},
			{
				Name: "signal", Type: engine.TypeText, Default: "HUP", Allowed: []string{"HUP", "USR1", "USR2", "INT", "QUIT", "TERM"},
				Doc: "what makes it reload; INT, QUIT and TERM if a supervisor starts it again",
			},
		},
	}
}

// New returns the consumer that part describes. It looks for no process.
func New(part engine.Part, _ secret.Resolver) (*Consumer, error) {
	c := &Consumer{name: part.Name, pidFile: part.Settings.Text("pid_file"), signal: part.Settings.Text("signal")}
	if c.signal == "" {
		c.signal = "HUP"
	}
	if c.pidFile == "" {
		return nil, engine.NewProblem(nil, `set pid_file = "/run/the-service.pid"`, "the consumer %q has no pid_file", c.name)
	}
	c.number = signalNumber(c.signal)
	if c.number == 0 {
		return nil, engine.NewProblem(nil, "use HUP, USR1, USR2, INT, QUIT or TERM", "the consumer %q has the signal %q", c.name, c.signal)
	}
	return c, nil
}

// signalNumber is 0 for a signal that no daemon reloads on, such as KILL.
func signalNumber(name string) syscall.Signal {
	switch name {
	case "HUP":
		return syscall.SIGHUP
	case "USR1":
		return syscall.SIGUSR1
	case "USR2":
		return syscall.SIGUSR2
	case "INT":
		return syscall.SIGINT
	case "QUIT":
		return syscall.SIGQUIT
	case "TERM":
		return syscall.SIGTERM
	}
	return 0
}

// Where names the process by its pid file.
func (c *Consumer) Where() string { return c.name + " by " + c.pidFile }

// Reload sends the signal. That the process took it up is for its users to
// show: a signal has no answer. Errors are engine.NotApplied.
func (c *Consumer) Reload(credential string) engine.Change {
	return engine.Change{
		Name:      "reload-" + c.name,
		What:      fmt.Sprintf("make %s read %s anew with SIG%s", c.name, credential, c.signal),
		Where:     c.Where(),
		Statement: fmt.Sprintf("kill -%s $(cat %s)", c.signal, c.pidFile),
		Command:   fmt.Sprintf("kill -%s \"$(cat %s)\"", c.signal, shell.Quote(c.pidFile)),
		Undo:      "reload again",
		Apply: func(ctx context.Context) error {
			if err := c.send(ctx); err != nil {
				return engine.NotAppliedError(c.problem(err))
			}
			return nil
		},
	}
}

func (c *Consumer) send(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	pid, written, err := readPID(c.pidFile)
	if err != nil {
		return err
	}
	// On Linux the handle is a pidfd: what is checked is what gets the signal,
	// even if the process ends and its number goes to another in between.
	process, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	defer func() { _ = process.Release() }() // never fails
	if err := checkAge(pid, written); err != nil {
		return err
	}
	return process.Signal(c.number)
}

func (c *Consumer) problem(err error) error {
	hint := "write the number of the service's main process to the file"
	switch {
	case errors.Is(err, os.ErrProcessDone), errors.Is(err, syscall.ESRCH), errors.Is(err, errStale):
		hint = "start the service, or look why it left its pid file behind"
	case errors.Is(err, syscall.EPERM):
		hint = "run rotadeck as the user of the service, or as root"
	case errors.Is(err, os.ErrNotExist):
		hint = "start the service, or correct pid_file"
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		hint = "resume the run"
	}
	return engine.NewProblem(err, hint, "%s got no SIG%s", c.Where(), c.signal)
}
