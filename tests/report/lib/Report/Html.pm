package Report::Html;

# Pieces of HTML that all parts of the report page are made of.

use v5.36;

use Exporter qw(import);

our @EXPORT_OK = qw(e section table);

sub e ($text) {
	my %entity = ('&' => '&amp;', '<' => '&lt;', '>' => '&gt;', '"' => '&quot;', "'" => '&#39;');

	return $text =~ s/([&<>"'])/$entity{$1}/gr;
}

sub section ($id, $title, $text, @body) {
	return (qq(<section id="$id" aria-labelledby="$id-title"><h2 id="$id-title">$title</h2>),
		$text eq '' ? () : "<p>$text</p>", @body, '</section>');
}

# A table that scrolls by itself where it is wider than the screen, also with the keyboard.
sub table ($caption, $heads, @rows) {
	return (qq(<div class="scroll" role="region" tabindex="0" aria-label="${\ e($caption)}"><table>),
		qq(<caption>${\ e($caption)}</caption>),
		'<thead><tr>' . join('', map { '<th scope="col">' . e($_) . '</th>' } @$heads) . '</tr></thead>',
		'<tbody>', @rows, '</tbody></table></div>');
}

1;
