using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Scale;
using static Microsoft.Playwright.Assertions;

namespace SaliencyCluster.Browser.Tests.Pages;

/// <summary>A cluster with nothing in it says what to do, with the commands.</summary>
public sealed class EmptyClusterTests(EmptyCluster cluster, Chromium chromium) : IClassFixture<EmptyCluster>
{
    [Theory]
    [InlineData("/", "saliency models add NAME FILE.onnx")]
    [InlineData("/jobs", "saliency jobs submit --model NAME")]
    [InlineData("/workers", "saliency worker --data DIR")]
    [InlineData("/models", "saliency models add NAME FILE.onnx")]
    [InlineData("/evidence", "saliency check randomization --model NAME")]
    public async Task An_empty_page_tells_what_to_do(string path, string command)
    {
        await using var watched = await chromium.OpenAsync(cluster.Http, width: 390);
        await watched.GoAsync(path);
        await Expect(watched.Page.GetByText(command)).ToBeVisibleAsync();
        await watched.AssertAccessibleAsync();
        await watched.AssertFitsAsync();
    }
}
