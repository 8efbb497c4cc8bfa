using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Limits;

namespace SaliencyCluster.Gateway.Tests.Limits;

public sealed class UploadGateTests
{
    private static readonly GatewayLimits Limits = new() { MaxModelBytes = 10, MaxConcurrentUploads = 1 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_upload_that_sends_nothing_more_holds_no_place()
    {
        var gate = new UploadGate(Limits, isShared: true);
        await using var idle = gate.Begin("a");
        await idle.AddAsync(new byte[] { 1 }, Cancellation);
        await using var other = gate.Begin("b");
        await other.AddAsync(new byte[] { 1, 2 }, Cancellation);
        await other.AddAsync(new byte[] { 3 }, Cancellation);
        Assert.Equal([1, 2, 3], (await other.ReadAsync(Cancellation)).ToArray());
    }

    [Fact]
    public async Task A_complete_upload_waits_for_a_place_in_memory()
    {
        var gate = new UploadGate(Limits, isShared: true);
        var first = gate.Begin("a");
        Assert.Empty((await first.ReadAsync(Cancellation)).ToArray());
        await using var second = gate.Begin("b");
        var waits = second.ReadAsync(Cancellation);
        Assert.False(waits.IsCompleted);
        await first.DisposeAsync();
        await waits;
    }

    [Fact]
    public async Task Files_on_their_way_have_a_limit_and_a_tenant_half_of_it()
    {
        var gate = new UploadGate(Limits, isShared: true);
        var (own, second) = (gate.Begin("a"), gate.Begin("a"));
        await own.AddAsync(new byte[10], Cancellation);
        var error = await Assert.ThrowsAsync<RetryLaterException>(() => second.AddAsync(new byte[1], Cancellation));
        Assert.Equal(
            ("SAL2606", "The models that tenant 'a' uploads at once have more than 10 bytes.", "Retry in 5 seconds."),
            (error.Code, error.What, error.Next));
        var (other, last) = (gate.Begin("b"), gate.Begin("c"));
        await other.AddAsync(new byte[8], Cancellation);
        Assert.Equal("The models that are being uploaded have more than 20 bytes together.",
            (await Assert.ThrowsAsync<RetryLaterException>(() => last.AddAsync(new byte[3], Cancellation))).What);
        await own.DisposeAsync();
        await last.AddAsync(new byte[3], Cancellation);
        await second.AddAsync(new byte[9], Cancellation);
        foreach (var upload in new[] { other, last, second }) await upload.DisposeAsync();
    }

    [Fact]
    public async Task A_file_goes_with_its_upload()
    {
        var before = Files();
        var upload = new UploadGate(Limits, isShared: true).Begin("a");
        await upload.AddAsync(new byte[3], Cancellation);
        var file = Assert.Single(Files().Except(before));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        await upload.DisposeAsync();
        Assert.False(File.Exists(file));
    }

    // Of this process: no other class uploads.
    private static string[] Files() => Directory.GetFiles(Path.GetTempPath(), $"{UploadGate.FilePrefix}{Environment.ProcessId}-*");
}
