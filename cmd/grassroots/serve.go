package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"grassroots/models/demo"
)

// serveCommand runs the site.
type serveCommand struct {
	NoJobs  bool `name:"no-jobs" help:"Serve pages only; background jobs are left to a node that runs grassroots work."`
	Migrate bool `help:"Bring a Postgres schema up to date before serving. SQLite always is."`
}

// Run serves until it is told to stop, then lets running requests and jobs end.
func (c serveCommand) Run(ctx context.Context, env *Env) error {
	for _, w := range env.Warnings() {
		env.Log.Warn(w)
	}
	listener, err := net.Listen("tcp", env.Addr)
	if err != nil {
		return fmt.Errorf("%s cannot be listened on: %w. Stop what uses it, or set GRASSROOTS_ADDR", env.Addr, err)
	}
	publicURL := env.PublicURL(listener.Addr().String())
	r, err := open(ctx, env, publicURL, wants{migrate: c.Migrate})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	err = c.serve(ctx, env, r, listener, publicURL)
	return errors.Join(err, r.Close())
}

func (c serveCommand) serve(ctx context.Context, env *Env, r *instance, listener net.Listener, publicURL string) error {
	if env.Demo {
		if err := loadDemoWhenEmpty(ctx, env, r); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	if !c.NoJobs {
		if err := r.queue.Start(ctx); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	// The index is made again behind a site that is up already; until then
	// searches find what it has.
	rebuilt := make(chan struct{})
	background, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		defer close(rebuilt)
		if !r.needsRebuild || c.NoJobs {
			return
		}
		if _, err := r.Finding.Rebuild(background); err != nil && background.Err() == nil {
			env.Log.Warn("the search index could not be rebuilt yet; it is tried again", "error", err)
			if err := r.Finding.AskForRebuild(background); err != nil {
				env.Log.Error("the rebuild of the search index could not be put in the queue; run grassroots reindex", "error", err)
			}
		}
	}()
	go r.Site.ShareLimits(background)
	go r.Aftermath.KeepViews(background)
	if _, err := fmt.Fprintf(env.Out, "Grassroots is at %s\n", publicURL); err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- r.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	env.Log.Info("stopping: running requests and jobs are let finish", "seconds", int(stopTimeout/time.Second))
	return c.stop(r, cancel, rebuilt)
}

func (c serveCommand) stop(r *instance, cancel context.CancelFunc, rebuilt <-chan struct{}) error {
	ctx, done := context.WithTimeout(context.Background(), stopTimeout)
	defer done()
	err := r.ShutdownWithContext(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = nil // a browser that keeps its connection open is no failure
	}
	err = errors.Join(err, r.Aftermath.SettleViews(ctx))
	if !c.NoJobs {
		err = errors.Join(err, r.queue.Stop(ctx))
	}
	cancel()
	<-rebuilt
	return err
}

// workCommand runs the background jobs alone.
type workCommand struct{}

// Run works until it is told to stop.
func (workCommand) Run(ctx context.Context, env *Env) error {
	r, err := open(ctx, env, env.PublicURL(env.Addr), wants{})
	if err != nil {
		return err
	}
	if err := r.queue.Start(ctx); err != nil {
		return errors.Join(err, r.Close())
	}
	env.Log.Info("working on background jobs")
	<-ctx.Done()
	stop, done := context.WithTimeout(context.Background(), stopTimeout)
	defer done()
	return errors.Join(r.queue.Stop(stop), r.Close())
}

// migrateCommand brings the schema up to date.
type migrateCommand struct{}

// Run migrates and says where the schema is.
func (migrateCommand) Run(ctx context.Context, env *Env) error {
	if err := os.MkdirAll(env.DataDir, 0o750); err != nil {
		return err
	}
	st, err := openStore(ctx, env, true)
	if err != nil {
		return err
	}
	have, _, err := st.SchemaVersion(ctx)
	if err == nil {
		_, err = fmt.Fprintf(env.Out, "The schema is up to date, at version %d.\n", have)
	}
	return errors.Join(err, st.Close())
}

// demoCommand loads the demonstration content.
type demoCommand struct{}

// Run loads the demonstration; what is there already stays as it is.
func (demoCommand) Run(ctx context.Context, env *Env) error {
	r, err := open(ctx, env, env.PublicURL(env.Addr), wants{noIndex: !env.Meilisearch()})
	if err != nil {
		return err
	}
	return errors.Join(loadDemo(ctx, env, r), r.Close())
}

func loadDemoWhenEmpty(ctx context.Context, env *Env, r *instance) error {
	empty, err := r.store.Empty(ctx)
	if err != nil || !empty {
		return err
	}
	return loadDemo(ctx, env, r)
}

func loadDemo(ctx context.Context, env *Env, r *instance) error {
	content, err := demo.Load()
	if err != nil {
		return err
	}
	counts, err := r.LoadDemo(ctx, content)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Err, "Demonstration content: %d case studies new, %d there already.\n", counts.Created, counts.Unchanged)
	return err
}
