using System.Text.Json;
using SaliencyCluster.Dashboard.Evaluations;

namespace SaliencyCluster.Dashboard.Tests.Evaluations;

public sealed class EvidenceListTests
{
    [Theory]
    [InlineData(
        "\"reacts\"", "\"better\"",
        "its maps change when the weights are random; the score follows its pixels more than a random order")]
    [InlineData("\"late\"", "null", "its maps hardly change while the upper half of the layers is random")]
    [InlineData("null", "\"no-better\"", "the score follows its pixels no more than a random order")]
    [InlineData("null", "null", "measured by other checks than randomised weights and deletion")]
    public void A_report_says_one_sentence_of_each_method(string verdict, string faithfulness, string sentence)
    {
        using var report = JsonDocument.Parse($$"""
            { "statements": [{ "method": "grad-cam", "verdict": {{verdict}}, "faithfulness": {{faithfulness}}, "supports": [] }] }
            """);
        Assert.Equal([new("grad-cam", sentence)], EvidenceList.Sentences(report.RootElement));
    }
}
