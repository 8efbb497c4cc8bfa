using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Servers;

namespace SaliencyCluster.Browser.Tests.Pages;

public sealed class ThemeTests(ServeProcess server, Chromium chromium)
{
    [Fact]
    public async Task Colours_follow_the_system_until_somebody_chooses_and_the_choice_is_remembered()
    {
        await using var watched = await chromium.OpenAsync(server.Http);
        var page = watched.Page;
        await watched.GoAsync("/models");
        Assert.Equal("light", await ThemeAsync(page));
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.Equal("dark", await ThemeAsync(page));
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Colours: system") }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Colours: light") }).WaitForAsync();
        Assert.Equal("light", await ThemeAsync(page));
        await watched.GoAsync("/models");
        Assert.Equal("light", await ThemeAsync(page));
    }

    private static Task<string> ThemeAsync(IPage page) => page.EvaluateAsync<string>("document.documentElement.dataset.theme");
}
