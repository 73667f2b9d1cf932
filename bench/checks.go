package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"grassroots/app/casestudies"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/store"
	"grassroots/search"
)

// checkedSize is how long the text is that is checked, in bytes.
const checkedSize = 10 << 10

// measureChecks measures how long a text of 10 KB is looked at for personal
// data, alone and as a part of saving a case study of that length, on SQLite
// without a browser or a network between.
func measureChecks(ctx context.Context, o options, dir string, content []text) (err error) {
	var prose strings.Builder
	for i := 0; prose.Len() < checkedSize; i++ {
		prose.WriteString(content[i%len(content)].body + "\n\n")
	}
	body := prose.String()[:checkedSize]
	d := models.Document{Title: "How long a check takes", Summary: "Measured", Stage: models.StageTrial, Body: strings.ToValidUTF8(body, "")}
	st, err := store.Open(ctx, store.Config{SQLitePath: filepath.Join(dir, "checks.db")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := errors.Join(st.Migrate(ctx), st.Seed(ctx)); err != nil {
		return err
	}
	a, err := newApp(ctx, dir, st, search.Away{}, time.Now)
	if err != nil {
		return err
	}
	p := models.Person{ID: st.NewID(), Handle: "checked", Name: "Somebody", Email: "checked@bench.nhs.uk", CreatedAt: time.Now()}
	if err := st.CreatePerson(ctx, &p); err != nil {
		return err
	}
	cs, err := a.CaseStudies.Create(ctx, &p, casestudies.Publication{Document: d})
	if err != nil {
		return err
	}
	var alone, whole, part []time.Duration
	for end := time.Now().Add(o.each); time.Now().Before(end); {
		began := time.Now()
		personal.Find(d.Body, personal.Options{})
		alone = append(alone, time.Since(began))

		began = time.Now()
		personal.Check(personal.Texts(d), personal.Options{})
		part = append(part, time.Since(began))

		d.Title = fmt.Sprintf("How long a check takes, the time of number %d", len(whole)+1)
		began = time.Now()
		if cs, err = a.CaseStudies.Revise(ctx, &p, casestudies.Publication{ID: cs.ID, Document: d, Base: cs.Revision}); err != nil {
			return err
		}
		whole = append(whole, time.Since(began))
	}
	fmt.Printf("| check for personal data, 10 KB of prose | p50 | p99 | aim |\n| --- | ---: | ---: | ---: |\n| alone | %s | %s | 1 ms |\n", at(alone, 50), at(alone, 99))
	fmt.Printf("| saving a case study of that length | %s | %s | |\n| of that the check | %s | %s | |\n\n%d saves; the check is %.0f %% of the p50 of one.\n\n",
		at(whole, 50), at(whole, 99), at(part, 50), at(part, 99), len(whole), 100*float64(at(part, 50))/float64(at(whole, 50)))
	return nil
}

// at gives a percentile.
func at(list []time.Duration, percent int) time.Duration {
	slices.Sort(list)
	return list[min(len(list)-1, len(list)*percent/100)].Round(10 * time.Microsecond)
}
