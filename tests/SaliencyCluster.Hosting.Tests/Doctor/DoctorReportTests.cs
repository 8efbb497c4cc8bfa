using System.Text.Json;
using SaliencyCluster.Hosting.Doctor;

namespace SaliencyCluster.Hosting.Tests.Doctor;

public sealed class DoctorReportTests
{
    private static readonly CheckResult[] Results =
    [
        new("SAL9411", "database", CheckOutcome.Ok, "version 1"),
        new("SAL9412", "blobs", CheckOutcome.Failed, "the folder is full", "Free some space."),
        new("SAL9413", "clock", CheckOutcome.Warning, "3 s ahead", "Run NTP."),
    ];

    [Fact]
    public void A_person_reads_a_line_per_check_with_what_to_do_below_and_the_sum()
    {
        var text = Print(Results, json: false).Split('\n');
        Assert.Equal("ok       SAL9411 database       version 1", text[0]);
        Assert.Equal("failed   SAL9412 blobs          the folder is full", text[1]);
        Assert.Equal("                                -> Free some space.", text[2]);
        Assert.Equal("3 checks: 1 failed, 1 to look at", text[5]);
    }

    [Fact]
    public void A_program_reads_one_json_object()
    {
        var report = JsonDocument.Parse(Print(Results, json: true)).RootElement;
        Assert.False(report.GetProperty("healthy").GetBoolean());
        Assert.Equal(["ok", "failed", "warning"], report.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("outcome").GetString()!));
    }

    [Theory]
    [InlineData(CheckOutcome.Ok, true)]
    [InlineData(CheckOutcome.Warning, true)]
    [InlineData(CheckOutcome.Skipped, true)]
    [InlineData(CheckOutcome.Failed, false)]
    public void Only_a_failure_makes_a_deployment_ill(CheckOutcome outcome, bool isHealthy) =>
        Assert.Equal(isHealthy, DoctorReport.IsHealthy([new("SAL9411", "database", outcome, "")]));

    private static string Print(CheckResult[] results, bool json)
    {
        var text = new StringWriter { NewLine = "\n" };
        DoctorReport.Print(text, results, json);
        return text.ToString();
    }
}
