# SPDX-License-Identifier: BSD-2-Clause
package Gate::Sections;

# A file in QEMU's -readconfig format, taken apart and written again: its sections in their order, and what its comments
# "# gate-WORD: text" say. What the words mean is for whoever reads the file (Gate::Config, Gate::Board, Gate::Set).

use v5.36;

# { path, words => [{ word, text, at }], sections => [{ kind, id, settings => [[name, value], ...] }] }; at is what a
# complaint about the word begins with. Dies with the number of a line that is not understood.
sub read ($class, $path) {
	my $self = bless { path => $path, words => [], sections => [] }, $class;

	open my $file, '<', $path or die "$path: $!\n";
	while (my $line = <$file>) {
		my $at = "$path line $.: not understood: $line";
		$self->_line($line, $at) or die $at;
	}
	return $self;
}

sub _line ($self, $line, $at) {
	return push $self->{words}->@*, { word => $1, text => $2, at => $at }
		if $line =~ /^#\s*gate-([\w-]+)\b[:\s]*(.*?)\s*$/;
	return 1 if $line =~ /^\s*(?:#.*)?$/;
	return push $self->{sections}->@*, { kind => $1, id => $2 // '', settings => [] }
		if $line =~ /^\[([\w-]+)(?:\s+"([^"]*)")?\]\s*$/;
	return 0 unless $self->{sections}->@* && $line =~ /^\s*([\w.-]+)\s*=\s*"([^"]*)"\s*$/;
	return push $self->{sections}[-1]{settings}->@*, [$1, $2];
}

sub path ($self) { return $self->{path} }
sub words ($self) { return $self->{words}->@* }
sub sections ($self) { return $self->{sections}->@* }

# The sections of this kind.
sub of_kind ($self, $kind) { return grep { $_->{kind} eq $kind } $self->sections }

# What a section says: the last of what is said twice, as QEMU has it; nothing where it is not there.
sub value ($section, $name) {
	my ($setting) = grep { $_->[0] eq $name } reverse $section->{settings}->@*;
	return $setting ? $setting->[1] : undef;
}

# The text of a file with these comments and sections.
sub text ($comments, @sections) {
	my $comment = join '', map { $_ eq '' ? "#\n" : "# $_\n" } @$comments;

	return join "\n", $comment eq '' ? () : $comment, map { _section_text($_) } @sections;
}

sub _section_text ($section) {
	my $name = $section->{id} eq '' ? '' : " \"$section->{id}\"";

	return join "\n", "[$section->{kind}$name]", map({ "  $_->[0] = \"$_->[1]\"" } $section->{settings}->@*), '';
}

1;
