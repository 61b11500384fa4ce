// Package rotadeck is a terminal operations console for rotating credentials.
// This folder holds no code, only the rules of the house and their test:
//
//	cmd/rotadeck  flags, wiring, signals, exit codes; decides nothing
//	tui           the console, and the plain front end for scripts and readers
//	engine        the domain: credentials, policy, plan, phases, runs
//	providers     the outside world: targets, stores, consumers, notifiers
//
// The engine imports neither tui nor providers, tui and providers do not know
// each other, and nothing imports cmd. See architecture_test.go.
package rotadeck
