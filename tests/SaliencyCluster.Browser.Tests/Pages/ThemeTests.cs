using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Servers;
using static Microsoft.Playwright.Assertions;

namespace SaliencyCluster.Browser.Tests.Pages;

public sealed class ThemeTests(ServeProcess server, Chromium chromium)
{
    [Fact]
    public async Task Colours_follow_the_system_until_somebody_chooses_and_the_choice_is_remembered()
    {
        await using var watched = await chromium.OpenAsync(server.Http);
        var page = watched.Page;
        await watched.GoAsync("/models");
        await ExpectThemeAsync(page, "light");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await ExpectThemeAsync(page, "dark");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Colours: system") }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Colours: light") }).WaitForAsync();
        await ExpectThemeAsync(page, "light");
        await watched.GoAsync("/models");
        await ExpectThemeAsync(page, "light");
    }

    private static Task ExpectThemeAsync(IPage page, string theme) => Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", theme);
}
