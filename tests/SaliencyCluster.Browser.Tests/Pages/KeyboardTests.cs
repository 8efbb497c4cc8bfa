using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Servers;
using static Microsoft.Playwright.Assertions;

namespace SaliencyCluster.Browser.Tests.Pages;

/// <summary>Whoever uses no mouse sees where they are, and gets past what every page begins with.</summary>
public sealed class KeyboardTests(ServeProcess server, Chromium chromium)
{
    [Theory]
    [InlineData("/")]
    [InlineData("/jobs")]
    [InlineData("/jobs/three-bears")]
    [InlineData("/jobs/three-bears/images/1")]
    [InlineData("/models")]
    [InlineData("/evidence")]
    public async Task Everything_that_takes_the_focus_shows_it(string path)
    {
        await using var watched = await chromium.OpenAsync(server.Http);
        var page = watched.Page;
        await watched.GoAsync(path);
        var unseen = new List<string>();
        for (var i = 0; i < 25; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            unseen.AddRange(await page.EvaluateAsync<string[]>("""
                () => {
                  const at = document.activeElement, style = getComputedStyle(at);
                  if (at === document.body || at.type === "file") return [];
                  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 ? [] : [at.outerHTML.slice(0, 120)];
                }
                """));
        }
        Assert.Equal([], unseen);
    }

    [Theory]
    [InlineData("/jobs?state=done")]
    [InlineData("/jobs/three-bears")]
    public async Task The_link_past_the_navigation_stays_on_the_page(string path)
    {
        await using var watched = await chromium.OpenAsync(server.Http);
        var page = watched.Page;
        await watched.GoAsync(path);
        await page.Locator("a.skip").FocusAsync();
        await Expect(page.Locator("a.skip")).ToBeInViewportAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#content")).ToBeFocusedAsync();
        await Expect(page).ToHaveURLAsync(new Regex(Regex.Escape(path) + "$"));
    }
}
