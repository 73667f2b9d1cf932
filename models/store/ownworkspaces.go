package store

// ownWorkspaces are the sections of OwnSections about workspaces.
func ownWorkspaces() []OwnSection {
	added := "adoption_id || ':' || person_id"
	return []OwnSection{
		{"workspaces", "Workspaces of adoptions that you were added to", "SELECT adoption_id AS place, adoption_id, added_at FROM workspace_people WHERE person_id = @person AND adoption_id > @after ORDER BY adoption_id"},
		{"workspaces-seen", "Revisions that you looked at in workspaces", "SELECT adoption_id AS place, adoption_id, study_id AS case_study_id, revision, seen_at FROM workspace_seen WHERE person_id = @person AND adoption_id > @after ORDER BY adoption_id"},
		{"workspaces-added", "Whom you added to workspaces", "SELECT " + added + " AS place, adoption_id, person_id, added_at FROM workspace_people WHERE added_by = @person AND " + added + " > @after ORDER BY 1"},
		{"workspace-tasks", "Tasks in workspaces that you were given", "SELECT id, adoption_id, words, step, due, done_at, created_at, changed_at FROM workspace_tasks WHERE person_id = @person AND id > @after ORDER BY id"},
		{"workspace-tasks-written", "Tasks that you added to workspaces", "SELECT id, adoption_id, words, step, due, done_at, created_at, changed_at FROM workspace_tasks WHERE created_by = @person AND id > @after ORDER BY id"},
		{"workspace-cycles", "Cycles that you began in workspaces", "SELECT id, adoption_id, number, plan, prediction, did, studied, act, next, started, ended, created_at, changed_at FROM workspace_cycles WHERE created_by = @person AND id > @after ORDER BY id"},
		{"workspace-files", "Files that you added to workspaces", "SELECT id, adoption_id, file_name, content_type, size, added_at FROM workspace_files WHERE added_by = @person AND id > @after ORDER BY id"},
		{"workspace-links", "Links that you added to workspaces", "SELECT id, adoption_id, title, url, added_at FROM workspace_links WHERE added_by = @person AND id > @after ORDER BY id"},
	}
}
