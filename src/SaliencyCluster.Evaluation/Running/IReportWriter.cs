namespace SaliencyCluster.Evaluation.Running;

/// <summary>Writes what an evaluation found. Who measures need not know how a page is made, so workers ship none of it.</summary>
public interface IReportWriter
{
    /// <summary>Writes the report in its three forms.</summary>
    /// <param name="result">What was found.</param>
    /// <param name="footer">One line at the end of the page, such as the command and the time; may be empty.</param>
    ReportTexts Write(EvaluationResult result, string footer);
}

/// <summary>A report: the page for people, the JSON for programs, every measurement as comma-separated values.</summary>
public sealed record ReportTexts(string Html, string Json, string Csv);
