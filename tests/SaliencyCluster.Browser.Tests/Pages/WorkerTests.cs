using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Servers;
using SaliencyCluster.Client.Images;
using static Microsoft.Playwright.Assertions;

namespace SaliencyCluster.Browser.Tests.Pages;

public sealed class WorkerTests(ServeProcess server, Chromium chromium)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_operator_drains_a_worker_and_lets_it_work_again()
    {
        await using var watched = await chromium.OpenAsync(server.Http);
        var page = watched.Page;
        await watched.GoAsync("/workers");
        await Expect(page.Locator("#devices tbody tr:has(td)")).ToHaveCountAsync(2);
        await page.Locator("#devices").GetByRole(AriaRole.Button, new() { NameRegex = new("^Drain ") }).First.ClickAsync();
        await Expect(page.Locator("#devices .tag.drained")).ToHaveCountAsync(1);
        await page.Locator("#devices").GetByRole(AriaRole.Button, new() { NameRegex = new("^Resume ") }).ClickAsync();
        await Expect(page.Locator("#devices .tag.drained")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_file_with_two_names_is_called_by_the_one_that_was_asked_for()
    {
        await server.CompareAsync();
        foreach (var model in new[] { "bears-clean:1", "bears-again:1" })
        {
            var images = ServeProcess.Bears.Take(1).Select(f => ImageInput.FromFile(f)).ToAsyncEnumerable();
            var job = await server.Client.Jobs.SubmitAsync(model, new() { Method = "smoothgrad", Samples = 40 }, images, cancellation: Cancellation);
            await server.Client.Jobs.WatchAsync(job.JobId, Cancellation).LastAsync(Cancellation);
        }
        await using var watched = await chromium.OpenAsync(server.Http, width: 1440);
        await watched.GoAsync("/?by=model");
        await Expect(watched.Page.Locator(".legend").GetByText("bears-clean:1", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(watched.Page.Locator(".legend").GetByText("bears-again:1", new() { Exact = true })).ToBeVisibleAsync();
        await watched.KeepPictureAsync("overview-by-model-1440");
        await watched.GoAsync("/workers");
        await Expect(watched.Page.Locator("#devices").GetByText("bears-again:1 = bears-clean:1").First).ToBeVisibleAsync();
        await watched.KeepPictureAsync("workers-names-1440");
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
