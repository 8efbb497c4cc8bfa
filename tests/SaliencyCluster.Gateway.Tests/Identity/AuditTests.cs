using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Gateway.Identity.Audit;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Tests.Identity;

public sealed class AuditTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-audit-").FullName;
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 30, 8, 0, 0, TimeSpan.Zero));

    private string Path => System.IO.Path.Combine(_folder, "audit.jsonl");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Records_follow_from_each_other_however_many_come_at_once_and_over_a_restart()
    {
        await WriteAsync(50);
        await WriteAsync(3);
        var (records, wrong) = Read();
        Assert.Null(wrong);
        Assert.Equal(Enumerable.Range(1, 53).Select(i => (long)i), records.Select(r => r.Number));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"job-{i}"), records.Take(50).Select(r => r.Subject["job"]).Order(Natural));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
    }

    [Theory]
    [InlineData("changed", 3)]
    [InlineData("taken out", 4)]
    [InlineData("put in", 3)]
    [InlineData("swapped", 4)]
    public async Task A_line_that_was_changed_is_found(string how, int line)
    {
        await WriteAsync(6);
        var lines = (await File.ReadAllLinesAsync(Path, Cancellation)).ToList();
        switch (how)
        {
            case "changed":
                lines[1] = lines[1].Replace("\"ok\"", "\"OK\"", StringComparison.Ordinal);
                break;
            case "taken out":
                lines.RemoveAt(3);
                break;
            case "put in":
                lines.Insert(2, lines[1]);
                break;
            default:
                (lines[3], lines[4]) = (lines[4], lines[3]);
                break;
        }
        await File.WriteAllLinesAsync(Path, lines, Cancellation);
        var (records, wrong) = Read();
        Assert.StartsWith($"Line {line} ", wrong, StringComparison.Ordinal);
        Assert.Equal(line - 1, records.Count);
    }

    [Fact]
    public async Task Half_a_line_that_a_crash_left_goes_with_the_next_start()
    {
        await WriteAsync(2);
        await File.AppendAllTextAsync(Path, "{\"number\":3,\"ti", Cancellation);
        await WriteAsync(1);
        var (records, wrong) = Read();
        Assert.Equal((null, 3), (wrong, records.Count));
    }

    [Fact]
    public async Task A_file_that_holds_something_else_is_not_continued()
    {
        await File.WriteAllTextAsync(Path, "notes\n", Cancellation);
        Assert.Equal("SAL9027", Assert.Throws<SaliencyException>(() => Trail()).Code);
        Assert.Equal("notes\n", await File.ReadAllTextAsync(Path, Cancellation));
    }

    [Fact]
    public async Task Nothing_is_done_while_it_cannot_be_recorded()
    {
        // A device that is always full.
        using var trail = new AuditTrail(new() { File = "/dev/full" }, _clock, NullLoggerFactory.Instance);
        await trail.StartAsync(Cancellation);
        Assert.Null(await trail.RefusalAsync());
        await trail.WriteAsync(Record(0));
        var refused = await trail.RefusalAsync();
        Assert.Equal("SAL2914", refused?.Code);
        Assert.Contains("2026-11-30 08:00:00Z", refused!.What, StringComparison.Ordinal);
        await trail.StopAsync(Cancellation);
    }

    [Theory]
    [InlineData("/saliency.v1.Explanations/SubmitJob", "Explanations/SubmitJob", "Explanations/SubmitJob")]
    [InlineData("/saliency.v1.Explanations/ReadImage", null, "Explanations/ReadImage")]
    [InlineData("/inference.GRPCInferenceService/ModelInfer", "GRPCInferenceService/ModelInfer", "GRPCInferenceService/ModelInfer")]
    [InlineData("/inference.GRPCInferenceService/ModelReady", null, "GRPCInferenceService/ModelReady")]
    [InlineData("/grpc.health.v1.Health/Check", null, null)]
    [InlineData("/externalscaler.ExternalScaler/GetMetrics", null, null)]
    public void Calls_that_change_or_compute_something_are_recorded_and_those_that_read_on_demand(string method, string? name,
        string? read) =>
        Assert.Equal((name, read), (AuditCalls.NameOf(method, reads: false), AuditCalls.NameOf(method, reads: true)));

    public static TheoryData<IMessage, string> Messages() => new()
    {
        { new CancelJobRequest { JobId = "j" }, "job=j" },
        { new SubmitJobRequest { Header = new() { Model = "m", JobId = "j", Options = new() { Method = "rise" } } },
            "job=j method=rise model=m" },
        { new RemoveModelRequest { Name = "m" }, "model=m" },
        { new UploadModelRequest { Header = new() { Name = "m" } }, "model=m" },
        { new DrainWorkerRequest { Worker = "w" }, "worker=w" },
        { new DeleteEvaluationRequest { EvaluationId = "e", Tenant = "t" }, "evaluation=e forTenant=t" },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_record_says_what_a_call_is_about(IMessage message, string wanted)
    {
        var subject = new Dictionary<string, string>();
        AuditSubject.Add(subject, message);
        Assert.Equal(wanted, string.Join(' ', subject.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}={s.Value}")));
    }

    private static Comparer<string> Natural { get; } = Comparer<string>.Create((a, b) =>
        int.Parse(a[4..], null).CompareTo(int.Parse(b[4..], null)));

    private AuditTrail Trail() => new(new() { File = Path }, _clock, NullLoggerFactory.Instance);

    private async Task WriteAsync(int records)
    {
        using var trail = Trail();
        await trail.StartAsync(Cancellation);
        await Task.WhenAll(Enumerable.Range(0, records).Select(i => trail.WriteAsync(Record(i))));
        await trail.StopAsync(Cancellation);
    }

    private AuditRecord Record(int i) => new(
        _clock.GetUtcNow(), "lab", "ci", "submit", "127.0.0.1", "Explanations/SubmitJob", new Dictionary<string,
            string> { ["job"] = $"job-{i}" }, "ok", "");

    private (List<AuditRecord> Records, string? Wrong) Read()
    {
        var records = new List<AuditRecord>();
        return (records, AuditFile.Read(Path, records.Add));
    }
}
