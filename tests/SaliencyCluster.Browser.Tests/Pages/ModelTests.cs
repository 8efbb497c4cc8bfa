using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Servers;
using SaliencyCluster.TestKit;
using static Microsoft.Playwright.Assertions;

namespace SaliencyCluster.Browser.Tests.Pages;

public sealed class ModelTests(ServeProcess server, Chromium chromium)
{
    [Fact]
    public async Task A_model_is_added_with_its_preprocessing_and_says_what_each_method_needs()
    {
        await using var watched = await chromium.OpenAsync(server.Http);
        var page = watched.Page;
        await watched.GoAsync("/models");
        await page.Locator("#file").SetInputFilesAsync(Repo.Model("mnist-mlp"));
        await page.GetByLabel("Mean").FillAsync("half");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add model" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Mean is 'half'");
        await page.GetByLabel("Mean").FillAsync("0.1307");
        await page.GetByLabel("Standard deviation").FillAsync("0.3081");
        await page.GetByLabel("Class names, one a line").FillAsync("0\n1\n2\n3\n4\n5\n6\n7\n8\n9");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add model" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "mnist-mlp" })).ToBeVisibleAsync();
        await Expect(page.GetByText("(pixel / 255 − 0.1307) ÷ 0.3081")).ToBeVisibleAsync();
        await Expect(page.Locator(".method", new() { HasText = "grad-cam" }).First).ToContainTextAsync("cannot");
        await Expect(page.Locator(".method", new() { HasText = "integrated-gradients" }).First).ToContainTextAsync("works");
    }
}
