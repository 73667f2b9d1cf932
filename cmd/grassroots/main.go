// Command grassroots is the whole product in one program: the server, its
// background jobs, and the commands that operators run.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"grassroots/models"
	"grassroots/models/store"
)

// commandLine is what kong parses: the settings, which every command takes, and
// a field a command. A command is a struct with a Run(ctx, *Env) error method
// in a file of its own. One that is tagged nosettings runs whatever the
// settings are.
type commandLine struct {
	Settings `embed:"" group:"Settings"`

	Serve         serveCommand         `cmd:"" help:"Serve the pages, the API and the background jobs."`
	Work          workCommand          `cmd:"" help:"Run the background jobs alone."`
	Migrate       migrateCommand       `cmd:"" help:"Bring the database schema up to date."`
	Demo          demoCommand          `cmd:"" name:"demo" help:"Load the demonstration content; safe to repeat."`
	Import        importCommand        `cmd:"" help:"Bring case studies in from Markdown files, folders and bundles."`
	Export        exportCommand        `cmd:"" help:"Take every case study out, with comments and attachments, as a bundle."`
	Backup        backupCommand        `cmd:"" help:"Take the whole store out, uploads included, while it serves."`
	Restore       restoreCommand       `cmd:"" help:"Put a backup in the place of everything in the store."`
	Exchange      exchangeCommand      `cmd:"" help:"Take case studies from other instances, and keep them as they are there."`
	Organisations organisationsCommand `cmd:"" help:"Bring organisations in."`
	Reindex       reindexCommand       `cmd:"" help:"Rebuild the search index beside the live one, then swap."`
	Bounces       bouncesCommand       `cmd:"" help:"Take a message from standard input in which a mail server says that e-mail came back, or that its reader complained."`
	Token         tokenCommand         `cmd:"" help:"Make API tokens."`
	Person        personCommand        `cmd:"" help:"Grant roles."`
	Check         checkCommand         `cmd:"" help:"Say of each dependency whether it is reached, and why not."`
	Ready         readyCommand         `cmd:"" help:"Ask a running server whether it is ready, for health checks."`
	OpenAPI       openAPICommand       `cmd:"" name:"openapi" hidden:"" nosettings:"" help:"Print the OpenAPI description of the API."`
	Version       versionCommand       `cmd:"" nosettings:"" help:"Print the version."`
}

const description = "Grassroots: where NHS staff post, find and grow ideas and case studies. " +
	"Each setting below is an environment variable or a flag; the flag wins."

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// Once the first signal has asked for an orderly stop, a second one must be
	// able to end a stop that hangs.
	context.AfterFunc(ctx, stop)
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the program but for the process around it.
func run(ctx context.Context, arguments, environ []string, out, errOut io.Writer) int {
	err := execute(ctx, arguments, environ, out, errOut)
	if err != nil {
		_, _ = fmt.Fprintln(errOut, "grassroots: "+sentence(err))
	}
	return exitCode(err)
}

// helpShown stops the parser after --help has been answered.
type helpShown struct{}

func execute(ctx context.Context, arguments, environ []string, out, errOut io.Writer) (err error) {
	defer func() {
		// kong ends the process after --help; a panic lets a caller go on.
		if recovered := recover(); recovered != nil {
			if _, shown := recovered.(helpShown); !shown {
				panic(recovered)
			}
			err = nil
		}
	}()
	variables, err := readEnvironment(environ, ".env")
	if err != nil {
		return err
	}
	line := &commandLine{}
	parser, err := newParser(line, variables, out, errOut)
	if err != nil {
		return err
	}
	selected, err := parse(parser, line, variables, arguments)
	if err != nil {
		return err
	}
	ctx = store.WithTrail(ctx, trailOf(selected.Command()))
	selected.BindTo(ctx, (*context.Context)(nil))
	return selected.Run(&Env{
		Settings: line.Settings,
		Out:      out,
		Err:      errOut,
		Log:      newLogger(errOut, line.Level()),
		Now:      time.Now,
	})
}

// trailOf puts what a command writes on record, under its name. Those that serve
// have no trail but those of requests and jobs; those that look after the
// database come before the record or replace it.
func trailOf(command string) *store.Trail {
	name, _, _ := strings.Cut(command, " <")
	for _, silent := range []string{"serve", "work", "migrate", "restore", "reindex", "check", "ready", "openapi", "version"} {
		if name == silent {
			return nil
		}
	}
	return &store.Trail{Means: models.ByCommand, Action: "command " + name}
}

// parse reads arguments and settings into line, and says what is wrong with
// them.
func parse(parser *kong.Kong, line *commandLine, variables *environment, arguments []string) (*kong.Context, error) {
	selected, err := parser.Parse(arguments)
	if err != nil {
		return nil, parseError(err)
	}
	if !takesSettings(selected.Selected()) {
		return selected, nil
	}
	if err := variables.checkNames(parser.Model); err != nil {
		return nil, err
	}
	line.normalise()
	return selected, line.validate(origin(selected, variables))
}

func newParser(line *commandLine, variables *environment, out, errOut io.Writer) (*kong.Kong, error) {
	resolve := func(ctx *kong.Context, parent *kong.Path, flag *kong.Flag) (any, error) {
		if !takesSettings(ctx.Selected()) {
			return nil, nil
		}
		return variables.resolve(ctx, parent, flag)
	}
	return kong.New(line,
		kong.Name("grassroots"),
		kong.Description(description),
		kong.Writers(out, errOut),
		kong.Exit(func(int) { panic(helpShown{}) }),
		kong.Resolvers(kong.ResolverFunc(resolve)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, WrapUpperBound: 100}),
		kong.ValueFormatter(helpText),
	)
}

// helpText adds the default and the environment variable to a setting's help.
func helpText(value *kong.Value) string {
	if value.Flag == nil || !isSetting(value.Flag) {
		return value.Help
	}
	help := value.Help
	if value.HasDefault {
		help += " Default: " + value.Default + "."
	}
	return help + " (" + variableName(value.Flag) + ")"
}

// takesSettings reports whether a command reads the settings at all. No
// command yet chosen counts as one that does.
func takesSettings(command *kong.Node) bool {
	return command == nil || command.Tag == nil || !command.Tag.Has("nosettings")
}

// parseError turns what the parser says into the program's own kind of error.
func parseError(err error) error {
	var usage *usageError
	if errors.As(err, &usage) {
		return usage
	}
	return usagef("%s (grassroots --help lists what there is)", err)
}

// origin tells how to name a setting to whoever set it: by the flag when it was
// given as one, by the variable otherwise.
func origin(selected *kong.Context, variables *environment) func(string) string {
	flags := map[string]string{}
	for _, path := range selected.Path {
		if path.Flag != nil && !path.Resolved {
			flags[variableName(path.Flag)] = "--" + path.Flag.Name
		}
	}
	return func(variable string) string {
		if flag, given := flags[variable]; given {
			return flag
		}
		return variables.describe(variable)
	}
}
