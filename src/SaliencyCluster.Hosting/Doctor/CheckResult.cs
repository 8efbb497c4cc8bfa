namespace SaliencyCluster.Hosting.Doctor;

/// <summary>How a check of a deployment ended.</summary>
public enum CheckOutcome
{
    /// <summary>All is well.</summary>
    Ok,

    /// <summary>It works, but somebody should look.</summary>
    Warning,

    /// <summary>It does not work.</summary>
    Failed,

    /// <summary>It was not looked at, because something before it failed or does not apply.</summary>
    Skipped,
}

/// <summary>What one check of a deployment found.</summary>
/// <param name="Code">The code of the check, such as <c>SAL9412</c>; docs/errors.md says more.</param>
/// <param name="Name">What was looked at, in a word or two.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Found">What was found.</param>
/// <param name="Next">What to do; empty where nothing is to be done.</param>
public sealed record CheckResult(string Code, string Name, CheckOutcome Outcome, string Found, string Next = "");
