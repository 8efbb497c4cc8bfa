using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Servers;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Protocol.V1;
using static Microsoft.Playwright.Assertions;

namespace SaliencyCluster.Browser.Tests.Pages;

/// <summary>What a person does: drops images, watches them being explained, looks at maps, saves them, stops what is not wanted.</summary>
public sealed class SubmitTests(ServeProcess server, Chromium chromium)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_submitted_by_dropping_images_and_watched_until_every_map_is_there()
    {
        await using var watched = await chromium.OpenAsync(server.Http);
        var page = watched.Page;
        await watched.GoAsync("/jobs");
        await DropAsync(page, "#images", [.. ServeProcess.Bears.Take(2)]);
        await page.GetByRole(AriaRole.Region, new() { Name = "Explain images" }).GetByLabel("Model", new() { Exact = true }).SelectOptionAsync("bears-clean");
        await Expect(page.Locator("#submit option[value='panda']")).ToHaveCountAsync(1);
        await page.GetByLabel("Method").SelectOptionAsync("smoothgrad");
        await page.GetByLabel("Samples").FillAsync("many");
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit job" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Samples is 'many'; it must be a whole number");
        await page.GetByLabel("Samples").FillAsync("8");
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit job" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/jobs/job-[0-9a-f]+$"));
        var id = page.Url[(page.Url.LastIndexOf('/') + 1)..];
        // The address changes before the page does: the list that is still shown has bars of other jobs.
        await Expect(page.GetByRole(AriaRole.Progressbar, new() { Name = "Progress of " + id })).ToHaveAttributeAsync("aria-valuenow", "2");
        await Expect(page.Locator("#images-of-job .tag.done")).ToHaveCountAsync(2);
        var job = await server.Client.Jobs.GetAsync(id, Cancellation);
        Assert.Equal(("bears-clean:1", "smoothgrad", 8u, 2), (job.Model, job.Options.Method, job.Options.Samples, job.ImagesDone));
    }

    [Fact]
    public async Task What_the_gateway_refuses_is_shown_beside_its_field()
    {
        await using var watched = await chromium.OpenAsync(server.Http);
        var page = watched.Page;
        await watched.GoAsync("/jobs");
        await page.Locator("#images").SetInputFilesAsync(ServeProcess.Bears[0]);
        await page.GetByLabel("Steps").FillAsync("0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit job" }).ClickAsync();
        await Expect(page.Locator(".field", new() { Has = page.Locator("#option-steps") }).GetByRole(AriaRole.Alert)).ToContainTextAsync("steps");
    }

    [Fact]
    public async Task A_job_is_paused_resumed_and_cancelled()
    {
        var images = Enumerable.Range(0, 40).Select(i => ImageInput.FromFile(ServeProcess.Bears[i % 8], $"bear-{i}"));
        var job = await server.Client.Jobs.SubmitAsync("bears-clean", new() { Method = "smoothgrad", Samples = 400 }, images.ToAsyncEnumerable(), cancellation: Cancellation);
        await using var watched = await chromium.OpenAsync(server.Http);
        var page = watched.Page;
        await watched.GoAsync($"/jobs/{job.JobId}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(page.Locator(".tag.paused")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
        await watched.KeepPictureAsync("job-cancel-1280");
        await watched.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep it" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Cancel the job" })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel the job" }).ClickAsync();
        await Expect(page.Locator(".tag.cancelled")).ToBeVisibleAsync();
        Assert.Equal(JobState.Cancelled, (await server.Client.Jobs.GetAsync(job.JobId, Cancellation)).State);
    }

    [Fact]
    public async Task A_new_job_appears_on_an_open_page_by_itself()
    {
        await using var watched = await chromium.OpenAsync(server.Http);
        await watched.GoAsync("/jobs?text=moves-at-once");
        await Expect(watched.Page.GetByText("No job fits")).ToBeVisibleAsync();
        await server.Client.Jobs.SubmitAsync("bears-clean", new() { Method = "gradient" }, new[] { ImageInput.FromFile(ServeProcess.Bears[0]) }.ToAsyncEnumerable(), "moves-at-once", Cancellation);
        await Expect(watched.Page.GetByRole(AriaRole.Link, new() { Name = "moves-at-once" })).ToBeVisibleAsync();
    }

    // A drop, as the browser makes it: files in a DataTransfer that is let go over the field.
    private static async Task DropAsync(IPage page, string field, string[] files)
    {
        var names = files.Select(Path.GetFileName).ToArray();
        var contents = files.Select(f => Convert.ToBase64String(File.ReadAllBytes(f))).ToArray();
        await page.Locator(field).EvaluateAsync("""
            (input, [names, contents]) => {
              const dropped = new DataTransfer();
              names.forEach((name, i) => dropped.items.add(new File([Uint8Array.from(atob(contents[i]), c => c.charCodeAt(0))], name, { type: "image/png" })));
              input.files = dropped.files;
              input.dispatchEvent(new Event("change", { bubbles: true }));
            }
            """, new object[] { names, contents });
    }
}
