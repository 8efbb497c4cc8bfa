namespace SaliencyCluster.Cli.Errors;

/// <summary>The exit codes of <c>saliency</c>, and which error code leads to which.</summary>
public static class ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    public const int Ok = 0;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 1;

    /// <summary>Model, image or request was refused.</summary>
    public const int Rejected = 3;

    /// <summary>The work failed on the way.</summary>
    public const int Failed = 4;

    /// <summary>No gateway answers at the endpoint.</summary>
    public const int Unreachable = 5;

    // Longest prefix first. A new family of codes needs a line only where it differs from its thousand.
    private static readonly (string Prefix, int Exit)[] Table =
    [
        ("SAL2590", Failed),       // stopped by Ctrl+C
        ("SAL252", Failed),        // results cannot be written
        ("SAL2530", Failed),       // results are not what was signed
        ("SAL258", Unreachable),   // no gateway at --endpoint
        ("SAL903", Unreachable),   // the cluster moves, starts or stops
        ("SAL9020", Usage),        // the command line would open the gateway to everybody
        ("SAL9021", Usage),
        ("SAL25", Usage),
        ("SAL1", Rejected),
        ("SAL2", Rejected),
        ("SAL30", Rejected),       // job not accepted
        ("SAL", Failed),
    ];

    /// <summary>Gets the exit code of an error code such as <c>SAL2101</c>.</summary>
    public static int Of(string code) => Table.First(row => code.StartsWith(row.Prefix, StringComparison.Ordinal)).Exit;
}
