namespace SaliencyCluster.Cli;

/// <summary>What a command may touch of the outside world; tests put their own in.</summary>
/// <param name="Out">Results, and nothing but results.</param>
/// <param name="Error">Errors and progress.</param>
/// <param name="Clock">Every wait and every measured time.</param>
public sealed record CliHost(TextWriter Out, TextWriter Error, TimeProvider Clock)
{
    /// <summary>Gets whether <see cref="Error"/> is a terminal, so that a progress bar may be redrawn on it.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Gets whether <see cref="Out"/> is a terminal, so that tables may be coloured.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Gets the width of the terminal in characters.</summary>
    /// <value>At least 40. The default is 120.</value>
    public int Width { get; init; } = 120;

    /// <summary>Gets the arguments of this call, for error messages that point at one of them.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Gets whether <c>--json</c> was given: only machine-readable text may be printed.</summary>
    public bool Json { get; init; }

    /// <summary>Gets how a file of results is written.</summary>
    public Action<string, byte[]> WriteFile { get; init; } = File.WriteAllBytes;

    /// <summary>Takes console and clock of this process.</summary>
    public static CliHost OfThisProcess() => new(Console.Out, Console.Error, TimeProvider.System)
    {
        ErrorIsTerminal = !Console.IsErrorRedirected,
        OutIsTerminal = !Console.IsOutputRedirected,
        Width = Console.IsErrorRedirected && Console.IsOutputRedirected ? 120 : Math.Max(Console.WindowWidth, 40),
    };
}
