package uploads

import (
	"path"
	"strings"

	"grassroots/models"
)

// CleanName keeps the last part of a file's name, without anything that
// means something to a file system, with the ending of its true type.
func CleanName(name, extension string) string {
	name = path.Base(strings.ReplaceAll(models.CleanLine(name), `\`, "/"))
	name = strings.TrimSuffix(name, path.Ext(name))
	name = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"/\|?*%#;`, r) {
			return -1
		}
		return r
	}, name), ". ")
	if name == "" {
		name = "file"
	}
	return models.Truncate(name, 80) + extension
}
