#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-links.py SITE…: every link of the built documentation leads somewhere.

There are sites beside one another, which lead to each other. Links inside them are
followed: the page, picture or file is there, and so is the place in it. Links out of
them are not fetched; they have to be addresses that could be.
"""

import html.parser
import os
import re
import sys
import urllib.parse

REFERENCES = {
    'a': ['href'],
    'audio': ['src'],
    'form': ['action'],
    'iframe': ['src'],
    'img': ['src'],
    'link': ['href'],
    'script': ['src'],
    'source': ['src', 'srcset'],
    'video': ['src', 'poster'],
}
HOST = re.compile(r'(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::[0-9]+)?')


class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.ids = set()
        self.repeated = set()
        self.links = []
        with open(path, encoding='utf-8') as file:
            self.feed(file.read())
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        for name in {attributes.get('id'), attributes.get('name') if tag == 'a' else None} - {None}:
            if name in self.ids:
                self.repeated.add(name)
            self.ids.add(name)
        # A browser is told where a page will be, nobody clicks there.
        if tag == 'link' and attributes.get('rel') == 'canonical':
            return
        for attribute in REFERENCES.get(tag, []):
            if attribute in attributes:
                self.links.append((self.getpos()[0], attributes[attribute] or ''))
        if tag == 'img' and not attributes.get('alt') and 'logo' not in attributes.get('class', ''):
            self.links.append((self.getpos()[0], None))


def problem_with(root, sites, pages, page, link):
    if link is None:
        return 'a picture without a text for those who do not see it'
    parts = urllib.parse.urlsplit(link)

    if parts.scheme in ('http', 'https'):
        return None if HOST.fullmatch(parts.netloc) and ' ' not in link else 'is no address'
    if parts.scheme == 'mailto':
        return None if re.fullmatch(r'[^@\s]+@[^@\s]+', parts.path) else 'is no address'
    if parts.scheme or parts.netloc:
        return 'is of a kind that does not belong here'
    if not link:
        return 'leads nowhere'

    target = page
    if parts.path:
        target = os.path.normpath(os.path.join(os.path.dirname(page), urllib.parse.unquote(parts.path)))
        if target.partition(os.sep)[0] not in sites:
            return 'leads out of the sites'
        if not os.path.isfile(os.path.join(root, target)):
            return 'is not there'
    if parts.fragment:
        if target not in pages:
            return 'is no page that could have such a place'
        if urllib.parse.unquote(parts.fragment) not in pages[target].ids:
            return f'{target} has no such place'
    return None


def main():
    root, = {os.path.dirname(os.path.abspath(path)) for path in sys.argv[1:]}
    sites = [os.path.basename(path) for path in sys.argv[1:]]
    pages = {}
    for site in sites:
        for folder, _, names in os.walk(os.path.join(root, site)):
            for name in names:
                if name.endswith('.html'):
                    path = os.path.join(folder, name)
                    pages[os.path.relpath(path, root)] = Page(path)
        if os.path.join(site, 'index.html') not in pages:
            sys.exit(f'{site} is no site: it has no index.html')

    problems = []
    count = 0
    for name, page in sorted(pages.items()):
        for line, link in page.links:
            count += 1
            problem = problem_with(root, sites, pages, name, link)
            if problem:
                problems.append(f'{name}:{line}: {link or ""}: {problem}')
    # A page that nothing leads to is as good as not there; from each site one gets to all.
    for site in sites:
        start = os.path.join(site, 'index.html')
        reached = {start}
        todo = [start]
        while todo:
            here = todo.pop()
            for _, link in pages[here].links:
                path = urllib.parse.unquote(urllib.parse.urlsplit(link or '').path)
                target = os.path.normpath(os.path.join(os.path.dirname(here), path)) if path else here
                if target in pages and target not in reached:
                    reached.add(target)
                    todo.append(target)
        problems += [f'{name}: no link leads here from {site}' for name in sorted(pages.keys() - reached)]

    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        sys.exit(1)
    print(f'{len(pages)} pages, {count} links')


main()
