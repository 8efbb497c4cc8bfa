using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Servers;
using static Microsoft.Playwright.Assertions;

namespace SaliencyCluster.Browser.Tests.Pages;

public sealed class WorkerTests(ServeProcess server, Chromium chromium)
{
    [Fact]
    public async Task An_operator_drains_a_worker_and_lets_it_work_again()
    {
        await using var watched = await chromium.OpenAsync(server.Http);
        var page = watched.Page;
        await watched.GoAsync("/workers");
        await Expect(page.Locator("#devices tbody tr:has(td)")).ToHaveCountAsync(2);
        await page.Locator("#devices").GetByRole(AriaRole.Button, new() { NameRegex = new("^Drain ") }).First.ClickAsync();
        await Expect(page.Locator("#devices .tag.draining")).ToHaveCountAsync(1);
        await page.Locator("#devices").GetByRole(AriaRole.Button, new() { NameRegex = new("^Resume ") }).ClickAsync();
        await Expect(page.Locator("#devices .tag.draining")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Workers_are_found_by_name_and_the_search_is_in_the_address()
    {
        await using var watched = await chromium.OpenAsync(server.Http);
        await watched.GoAsync("/workers?text=no-such-worker");
        await Expect(watched.Page.Locator("#devices tbody tr:has(td)")).ToHaveCountAsync(0);
        await watched.Page.GetByLabel("Find a worker").FillAsync("worker");
        await Expect(watched.Page.Locator("#devices tbody tr:has(td)")).ToHaveCountAsync(2);
    }
}
