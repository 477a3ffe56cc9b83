# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The translations: that nothing is missing from them, and that what they say fits where it goes."""

import collections
import configparser
import gettext
import os
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ET

ROOT, VERSION, XGETTEXT = sys.argv[1:4]
DESKTOP, METAINFO = (sys.argv[4:6] + [None, None])[:2]
PO = os.path.join(ROOT, 'po')

# Those of meson's preset “glib”, with which the template is made.
XGETTEXT_ARGS = ['--from-code=UTF-8', '--add-comments'] + ['--keyword=' + keyword for keyword in (
    '_', 'N_', 'C_:1c,2', 'NC_:1c,2', 'g_dcgettext:2', 'g_dngettext:2,3', 'g_dpgettext2:2c,3',
)] + ['--flag=' + flag for flag in (
    'N_:1:pass-c-format', 'C_:2:pass-c-format', 'NC_:2:pass-c-format', 'g_dngettext:2:pass-c-format',
    'g_strdup_printf:1:c-format', 'g_error_new:3:c-format', 'g_set_error:4:c-format',
)]

SOURCES = ('asynctask-glib', 'asynctask-gtk', 'bindings', 'data', 'demo-app')
MARKED = {
    ('.c', '.h'): re.compile(r'\b(?:_|N_|C_|NC_|gettext|ngettext|g_d\w*gettext2?)\s*\((?:\s*/\*.*?\*/)?\s*(?:GETTEXT_PACKAGE,\s*)?"', re.S),
    ('.ui',): re.compile(r'\btranslatable="(?:yes|true|1)"'),
    ('.desktop.in',): re.compile(r'^(?:Name|GenericName|Comment|Keywords)=', re.M),
    ('.metainfo.xml.in',): re.compile(r'<component\b'),
    ('.gschema.xml',): re.compile(r'\bgettext-domain='),
}

# Which form goes with a number: what the formula in the header has to say.
EAST_SLAVIC = {0: 2, 1: 0, 2: 1, 4: 1, 5: 2, 11: 2, 12: 2, 14: 2, 20: 2, 21: 0, 22: 1, 101: 0, 111: 2, 112: 2, 121: 0}
NOT_ONE = {0: 1, 1: 0, 2: 1, 11: 1, 21: 1, 101: 1}
ABOVE_ONE = {0: 0, 1: 0, 2: 1, 11: 1, 21: 1, 101: 1}
NONE = {0: 0, 1: 0, 2: 0, 5: 0, 100: 0}
PLURALS = {
    'ar': {0: 0, 1: 1, 2: 2, 3: 3, 10: 3, 11: 4, 99: 4, 100: 5, 102: 5, 103: 3, 111: 4, 1000: 5},
    'de': NOT_ONE,
    'es': NOT_ONE,
    'fr': ABOVE_ONE,
    'ja': NONE,
    'pt_BR': ABOVE_ONE,
    'uk': EAST_SLAVIC,
    'zh_CN': NONE,
}

# What stands around a quotation, and what may not.
QUOTES = {
    'en': ('“', '”'),
    'ar': ('”', '“'),
    'de': ('„', '“'),
    'es': ('«', '»'),
    'fr': ('«\u00a0', '\u00a0»'),
    'ja': ('“', '”'),
    'pt_BR': ('“', '”'),
    'uk': ('«', '»'),
    'zh_CN': ('“', '”'),
}
ALL_QUOTES = '"“”„«»'

# Languages whose letters are on no key: the letter of the English text is added.
MNEMONIC_ADDED = ('ja', 'zh_CN')

MENU = ('_Paste Links', 'Pa_use All', '_Resume All', '_Clear Finished', 'Pre_ferences', '_Keyboard Shortcuts',
        '_About Downloader', '_Quit')
# What is on the screen together: no two of these may have the same key.
TOGETHER = {
    'main menu': [(None, text) for text in MENU] + [('sort', text) for text in (
        'What Is Going _On First', '_Newest First', 'Ol_dest First')],
    'window': [(None, '_New Download…')],
    'toast': [('removed from the list', '_Undo')],
    'new download': [('new download', '_Cancel'), ('new download', '_Download'), (None, '_Save In'),
                     ('new download', '_Links'), ('new download', 'File _Name'),
                     (None, 'C_hecksum (optional)')],
    'preferences': [('preferences', text) for text in (
        '_Folder', '_Keep Time Stamps', '_Downloads at Once', '_Limit Speed', 'Kilobytes a _Second', '_Notifications',
        'F_orget…')],
    'forget': [('forget passwords', text) for text in ('_Cancel', '_Forget')],
    'login': [('login', text) for text in ('_User Name', '_Password', '_Remember Password', '_Cancel', '_Log In')],
    'quit': [('quit', text) for text in ('_Keep Downloading', '_Stop and Quit')],
    **{state: [('download', '_Copy Link')] + [(None, text) for text in (*texts, 'Deta_ils', 'Re_move from List')]
       for state, texts in (('finished', ('_Open', '_Show in Folder')), ('active', ('_Try Again', '_Pause')),
                            ('paused', ('_Resume',)), ('failed', ('_Try Again',)))},
    'failed for good': [('download', text) for text in ('_Copy Link', '_Edit Link…')] +
                       [(None, text) for text in ('_Try Again', 'Deta_ils', 'Re_move from List')],
    'again': [('again', text) for text in ('_Leave Out', '_Download Again')],
    'task': [(None, text) for text in ('_Pause', '_Resume', '_Cancel', '_Try Again', '_Open', '_Show in Folder',
                                       'Copy _Details', 'Re_move from List', 'Deta_ils')],
    'task dialog': [(None, text) for text in ('Copy _Details', '_Close', '_Try Again')],
}

# What is filled in without printf(), and so always in the same order.
IN_ORDER = re.compile(r'%s of %s .B$|%s: (?:saved to|interrupted at) %s$')

CONVERSION = re.compile(r"%(?:(\d+)\$)?([-+ #0']*(?:\d+)?(?:\.\d+)?(?:hh|h|ll|l|z|j)?[a-zA-Z])|%%")
MNEMONIC = re.compile(r'_(.)')
ADDED = re.compile(r'[^_]+\(_([A-Z0-9])\)$')

Message = collections.namedtuple('Message', 'context text plural forms flags')


def unquote(text):
    return re.sub(r'\\(.)', lambda match: {'n': '\n', 't': '\t'}.get(match[1], match[1]), text)


def read_po(path):
    """The messages of a file by context and text, and how many lines are left over from older ones."""
    messages = {}
    obsolete = 0
    with open(path, encoding='utf-8') as file:
        blocks = re.split(r'\n\s*\n', file.read())
    for block in blocks:
        fields = {}
        flags = set()
        for line in block.splitlines():
            if line.startswith('#~'):
                obsolete += 1
            elif line.startswith('#,'):
                flags.update(flag.strip() for flag in line[2:].split(','))
            elif not line.startswith('#') and line:
                key, text = re.match(r'(?:(msg\S+)\s+)?"(.*)"$', line).groups()
                name = key or name
                fields[name] = fields.get(name, '') + unquote(text)
        if 'msgid' not in fields:
            continue
        context = fields.get('msgctxt')
        forms = [text for name, text in fields.items() if name.startswith('msgstr')]
        assert (context, fields['msgid']) not in messages, fields['msgid']
        messages[context, fields['msgid']] = Message(context, fields['msgid'], fields.get('msgid_plural'), forms, flags)
    return messages, obsolete


def read_list(name):
    with open(os.path.join(PO, name), encoding='utf-8') as file:
        return [line.strip() for line in file if line.strip() and not line.startswith('#')]


def conversions(text):
    """What a format takes: the type of each argument, by its position."""
    taken = {}
    position = 0
    for match in CONVERSION.finditer(text):
        if match[0] != '%%':
            position += 1
            taken[int(match[1] or position)] = match[2]
    return taken


def mnemonics(text):
    return [key.casefold() for key in MNEMONIC.findall(text)]


def find_marked():
    for folder in SOURCES:
        for path, folders, names in os.walk(os.path.join(ROOT, folder)):
            for name in names:
                for suffixes, pattern in MARKED.items():
                    if name.endswith(suffixes):
                        full = os.path.join(path, name)
                        with open(full, encoding='utf-8') as file:
                            if pattern.search(file.read()):
                                yield os.path.relpath(full, ROOT)


class Sources(unittest.TestCase):
    def test_domain(self):
        """A library's texts are looked for in its own catalogue, whatever that of the program is."""
        for path in find_marked():
            if path.startswith('asynctask-g') and path.endswith('.c'):
                with open(os.path.join(ROOT, path), encoding='utf-8') as file:
                    self.assertNotRegex(file.read(), r'\bngettext \(|<glib/gi18n\.h>', path)

    def test_potfiles(self):
        listed = read_list('POTFILES')
        self.assertEqual(listed, sorted(listed))
        self.assertEqual(listed, sorted(set(find_marked())))

    def test_linguas(self):
        languages = read_list('LINGUAS')
        self.assertEqual(languages, sorted(languages))
        self.assertEqual(languages, sorted(name[:-3] for name in os.listdir(PO) if name.endswith('.po')))
        # This file knows them, too.
        self.assertEqual(set(languages), set(PLURALS))
        self.assertEqual(set(languages), set(QUOTES) - {'en'})

    def test_merged(self):
        if DESKTOP is None:
            self.skipTest('the downloader is not built')
        parser = configparser.RawConfigParser(delimiters='=', comment_prefixes='#', interpolation=None)
        parser.optionxform = str
        parser.read(DESKTOP, encoding='utf-8')
        entry = parser['Desktop Entry']
        component = ET.parse(METAINFO).getroot()
        translated = collections.defaultdict(set)
        for element in component.iter():
            # Newer gettext writes it as XML has it: pt-BR.
            language = element.get('{http://www.w3.org/XML/1998/namespace}lang', '').replace('-', '_')
            translated[language].add(element.tag)
        for language in read_list('LINGUAS'):
            with self.subTest(language):
                messages, _ = read_po(os.path.join(PO, language + '.po'))
                for key in ('Name', 'GenericName', 'Comment', 'Keywords'):
                    expected = messages[None, entry[key]].forms[0]
                    # What is the same in both languages is left out.
                    self.assertEqual(entry.get(f'{key}[{language}]', entry[key]), expected)
                self.assertIn(f'Comment[{language}]', entry)
                self.assertNotIn(f'Icon[{language}]', entry)
                found = translated[language] | translated[{'zh_CN': 'zh_Hans_CN'}.get(language)]
                self.assertGreaterEqual(found, {'summary', 'p', 'caption'})


class Translation(unittest.TestCase):
    """What is asked of each language."""

    @classmethod
    def setUpClass(cls):
        if not XGETTEXT:
            raise unittest.SkipTest('xgettext is not installed')
        with tempfile.TemporaryDirectory() as folder:
            template = os.path.join(folder, 'template.pot')
            run = subprocess.run([XGETTEXT, *XGETTEXT_ARGS, '--directory=' + ROOT, '--output=' + template,
                                  '--files-from=-'], input='\n'.join(read_list('POTFILES')),
                                 capture_output=True, text=True, check=True, env={**os.environ, 'LC_ALL': 'C.UTF-8'})
            cls.complaints = run.stderr
            cls.template, _ = read_po(template)
        del cls.template[None, '']
        cls.languages = {}
        cls.obsolete = {}
        for language in read_list('LINGUAS'):
            cls.languages[language], cls.obsolete[language] = read_po(os.path.join(PO, language + '.po'))
        cls.headers = {language: messages.pop((None, '')) for language, messages in cls.languages.items()}

    def each(self):
        """All the texts, each with its original: English is held to the same."""
        for message in self.template.values():
            yield 'en', message, message.text, message.text
        for language, messages in self.languages.items():
            for message in messages.values():
                for index, form in enumerate(message.forms):
                    original = message.plural if message.plural and len(message.forms) > 1 and index > 0 else message.text
                    yield language, message, original, form

    def test_template(self):
        self.assertEqual(self.complaints, '')
        self.assertGreater(len(self.template), 200)
        for message in self.template.values():
            # Part of a text is all that is left of one that a macro is in the middle of.
            self.assertNotRegex(message.text, r'(?<!%)%$')
            self.assertEqual(message.text, message.text.strip())

    def test_complete(self):
        for language, messages in self.languages.items():
            with self.subTest(language):
                self.assertEqual(set(messages) ^ set(self.template), set())
                self.assertEqual(self.obsolete[language], 0)
                for key, message in messages.items():
                    self.assertEqual(message.plural, self.template[key].plural)
                    self.assertNotIn('fuzzy', message.flags, message.text)
                    self.assertTrue(all(message.forms), message.text)

    def test_msgfmt(self):
        for language in self.languages:
            with self.subTest(language):
                run = subprocess.run(['msgfmt', '--check', '--output-file=' + os.devnull,
                                      os.path.join(PO, language + '.po')], capture_output=True, text=True)
                self.assertEqual((run.returncode, run.stderr), (0, ''))

    def test_header(self):
        for language, header in self.headers.items():
            with self.subTest(language):
                fields = dict(line.split(': ', 1) for line in header.forms[0].splitlines())
                self.assertEqual(fields['Project-Id-Version'], 'asynctask-glib ' + VERSION)
                self.assertEqual(fields['Language'], language)
                self.assertEqual(fields['Content-Type'], 'text/plain; charset=UTF-8')
                self.assertNotIn('fuzzy', header.flags)
                number, formula = re.match(r'nplurals=(\d); plural=(.*);$', fields['Plural-Forms']).groups()
                choose = gettext.c2py(formula)
                self.assertEqual({n: choose(n) for n in PLURALS[language]}, PLURALS[language])
                self.assertEqual({choose(n) for n in range(1000)}, set(range(int(number))))
                # A form for one number alone may be without it.
                numbers = collections.Counter(choose(n) for n in range(1000))
                for message in self.languages[language].values():
                    self.assertEqual(len(message.forms), int(number) if message.plural else 1, message.text)
                    for index, form in enumerate(message.forms):
                        if message.plural and numbers[index] > 1:
                            self.assertEqual(conversions(form), conversions(message.plural), form)

    def test_placeholders(self):
        for language, message, original, form in self.each():
            if 'c-format' not in message.flags:
                continue
            with self.subTest(language, text=original):
                if message.plural and not conversions(form):
                    self.assertEqual(len(conversions(original)), 1)
                else:
                    self.assertEqual(conversions(form), conversions(original), form)
                if IN_ORDER.search(message.text):
                    self.assertEqual(form.count('%s'), 2)
                    self.assertEqual(form.count('%'), 2)

    def test_mnemonics(self):
        together = {key for keys in TOGETHER.values() for key in keys}
        self.assertEqual(together, {key for key in self.template if mnemonics(key[1])})
        for language, message, original, form in self.each():
            with self.subTest(language, text=original):
                self.assertEqual(len(mnemonics(form)), len(mnemonics(original)), form)
                self.assertTrue(all(key.isalnum() for key in mnemonics(form)), form)
                if mnemonics(original) and language in MNEMONIC_ADDED:
                    self.assertRegex(form, ADDED)
                    self.assertEqual(mnemonics(form), mnemonics(original))

    def test_mnemonics_differ(self):
        for language in ['en', *self.languages]:
            for place, keys in TOGETHER.items():
                with self.subTest(language, place=place):
                    texts = [key[1] if language == 'en' else self.languages[language][key].forms[0] for key in keys]
                    found = [key for text in texts for key in mnemonics(text)]
                    self.assertEqual(len(found), len(set(found)), texts)

    def test_edges(self):
        for language, message, original, form in self.each():
            with self.subTest(language, text=original):
                self.assertEqual(form, form.strip())
                self.assertEqual(form.count('\n'), original.count('\n'))
                self.assertNotIn('...', form)
                self.assertNotIn('  ', form)
                self.assertEqual('…' in form, '…' in original, form)
                self.assertEqual(form.endswith(('.', '。')), original.endswith('.'), form)
                self.assertEqual(form.endswith(('?', '？', '؟', '\u00a0?')), original.endswith('?'), form)

    def test_quotes(self):
        for language, message, original, form in self.each():
            opening, closing = QUOTES[language]
            with self.subTest(language, text=original):
                # A name of the program may be quoted that is not in English.
                if '“' in original or 'Downloader' not in original:
                    self.assertEqual(form.count(opening), original.count('“'), form)
                self.assertEqual(form.count(opening), form.count(closing), form)
                rest = form.replace(opening, '').replace(closing, '')
                self.assertFalse(set(rest) & set(ALL_QUOTES), form)
                self.assertNotIn("'", rest)
                if language == 'fr' and not original.startswith('download;'):
                    self.assertNotRegex(form, '[^\u00a0](?:[?!»]|;(?: |$))|« | [:;]')

    def test_keywords(self):
        for language, message, original, form in self.each():
            if original.startswith('download;'):
                with self.subTest(language):
                    words = form.split(';')
                    self.assertEqual(words.pop(), '')
                    self.assertTrue(all(word == word.strip() != '' for word in words), form)
                    self.assertEqual(len(words), len(set(words)))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1], verbosity=2)
