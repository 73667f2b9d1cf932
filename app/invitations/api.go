package invitations

import "github.com/danielgtaylor/huma/v2"

// API adds nothing: people are invited on the pages alone, where the preview is.
func (f *Feature) API(huma.API) {}
