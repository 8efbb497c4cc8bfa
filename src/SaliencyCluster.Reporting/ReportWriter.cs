using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Reporting;

/// <summary>Writes the report of an evaluation.</summary>
public sealed class ReportWriter : IReportWriter
{
    /// <inheritdoc/>
    public ReportTexts Write(EvaluationResult result, string footer) =>
        new(HtmlReport.Write(result, footer), JsonReport.Write(result), JsonReport.Csv(result));
}
