// Package reloadexec makes a consumer read its credentials anew by a command,
// such as systemctl or kubectl. The command is a list of arguments and goes
// through no shell:
//
//	[[consumers]]
//	name     = "orders-api"
//	provider = "exec"
//	command  = ["systemctl", "reload", "orders-api"]
//
// It finds the credential's id in the environment variable ROTADECK_CREDENTIAL,
// and no secret. In Go:
//
//	consumer, err := reloadexec.New(part, nil)
//	err = consumer.Reload("orders-db").Apply(ctx)
package reloadexec

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/engine/shell"
)

// Consumer is whatever a command reloads. Its methods are safe for concurrent
// use.
type Consumer struct {
	name    string
	command []string
	timeout time.Duration
}

var _ engine.Consumer = (*Consumer)(nil)

const defaultTimeout = 30 * time.Second

// Describe is the schema of the provider.
func Describe() engine.Provider {
	return engine.Provider{
		Role: engine.RoleConsumer,
		Name: "exec",
		Doc:  "anything that a command reloads",
		Settings: []engine.Setting{
			{
				Name: "command", Type: engine.TypeList, Required: true, Check: checkCommand,
				Doc: "the program and its arguments; no shell, no secrets; ROTADECK_CREDENTIAL holds the credential's id",
			},
			{
				Name: "timeout", Type: engine.TypeDuration, Default: defaultTimeout,
				Doc: "after this long the command and its children are killed",
			},
		},
	}
}

func checkCommand(value any) error {
	if command, _ := value.([]string); len(command) == 0 || command[0] == "" {
		return fmt.Errorf("the command names no program")
	}
	return nil
}

// New returns the consumer that part describes. It runs nothing.
func New(part engine.Part, _ secret.Resolver) (*Consumer, error) {
	c := &Consumer{name: part.Name, command: part.Settings.List("command"), timeout: part.Settings.Duration("timeout")}
	if err := checkCommand(c.command); err != nil {
		return nil, engine.NewProblem(err, `set command = ["systemctl", "reload", "the-service"]`, "the consumer %q cannot be reloaded", c.name)
	}
	if c.timeout <= 0 {
		c.timeout = defaultTimeout
	}
	return c, nil
}

// Where names the consumer and its program.
func (c *Consumer) Where() string { return c.name + " by " + c.command[0] }

// Reload runs the command and waits for its end. When it could not be started,
// the error is engine.NotApplied; when it failed or took too long, nobody knows
// how far it came.
func (c *Consumer) Reload(credential string) engine.Change {
	return engine.Change{
		Name:      "reload-" + c.name,
		What:      fmt.Sprintf("make %s read %s anew", c.name, credential),
		Where:     c.Where(),
		Statement: "exec " + quote(c.command),
		Command:   "ROTADECK_CREDENTIAL=" + shell.Quote(credential) + " " + shell.Join(c.command),
		Undo:      "reload again",
		Apply:     func(ctx context.Context) error { return c.run(ctx, credential) },
	}
}

// quote shows arguments so that one can tell where each ends.
func quote(command []string) string {
	words := make([]string, len(command))
	for i, word := range command {
		words[i] = word
		if quoted := strconv.Quote(word); word == "" || quoted != `"`+word+`"` || strings.ContainsAny(word, " '$*?;&|<>()#~") {
			words[i] = quoted
		}
	}
	return strings.Join(words, " ")
}
