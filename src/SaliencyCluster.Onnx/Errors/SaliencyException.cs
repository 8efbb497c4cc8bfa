namespace SaliencyCluster.Onnx;

/// <summary>An error that a user can act on: a code, what went wrong and where, and what to do next.</summary>
/// <remarks>
/// Codes: SAL1xxx model and autodiff, SAL2xxx request, SAL3xxx job, SAL4xxx worker, SAL9xxx deployment.
/// The same code appears in the exception, the gRPC <c>ErrorInfo.reason</c>, the log and the command line.
/// </remarks>
public class SaliencyException(string code, string what, string next, Exception? cause = null)
    : Exception($"{code}: {what} {next}", cause)
{
    /// <summary>Gets the stable code, such as <c>SAL1001</c>.</summary>
    public string Code { get; } = code;

    /// <summary>Gets what went wrong, where and why.</summary>
    public string What { get; } = what;

    /// <summary>Gets what the user can do next.</summary>
    public string Next { get; } = next;
}
