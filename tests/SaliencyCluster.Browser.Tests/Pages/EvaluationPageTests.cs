using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Servers;
using static Microsoft.Playwright.Assertions;

namespace SaliencyCluster.Browser.Tests.Pages;

public sealed class EvaluationPageTests(ServeProcess server, Chromium chromium)
{
    [Fact]
    public async Task Maps_are_checked_on_dropped_images_and_the_report_is_read_on_the_page()
    {
        await using var watched = await chromium.OpenAsync(server.Http);
        var page = watched.Page;
        await watched.GoAsync("/evidence");
        await page.Locator("#evidence-images").SetInputFilesAsync(ServeProcess.Bears.Take(2));
        await page.GetByLabel("Model", new() { Exact = true }).SelectOptionAsync("bears-clean");
        await page.GetByLabel("Methods").FillAsync("gradient");
        await page.GetByLabel("Seeds").FillAsync("1");
        await page.GetByLabel("Randomised weights").UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the evaluation" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/evidence/[^/]+$"));
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Open the report" })).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Expect(page.FrameLocator("iframe.report").Locator("h1")).ToBeVisibleAsync();
        // A reference opens beside the report, which stays; this browser finds no other host.
        var link = page.FrameLocator("iframe.report").Locator("#limits a").First;
        Assert.StartsWith("https://arxiv.org/", await link.GetAttributeAsync("href"), StringComparison.Ordinal);
        await page.RunAndWaitForPopupAsync(() => link.ClickAsync());
        await Expect(page.FrameLocator("iframe.report").Locator("h1")).ToBeVisibleAsync();
        await watched.AssertFitsAsync();
        await watched.KeepPictureAsync("evidence-report-1280-light");
    }
}
