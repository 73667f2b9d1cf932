package main

import "grassroots/app"

// openAPICommand prints the description of the API, for docs/openapi.json. It
// reads no settings and opens no store.
type openAPICommand struct{}

// Run prints the document.
func (openAPICommand) Run(env *Env) error {
	document, err := app.Description()
	if err != nil {
		return err
	}
	_, err = env.Out.Write(document)
	return err
}
