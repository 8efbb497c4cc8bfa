namespace SaliencyCluster.Runtime.Bench;

/// <summary>Where the time of a graph's runs goes on one lane, as ONNX Runtime's profiler saw it. Times are means of a run.</summary>
/// <param name="Runs">Runs that were measured.</param>
/// <param name="Milliseconds">Time of a run.</param>
/// <param name="Nodes">What each node took, largest first.</param>
public sealed record GraphProfile(int Runs, double Milliseconds, IReadOnlyList<NodeTime> Nodes)
{
    /// <summary>Gets what each kind of operator took, largest first.</summary>
    public IReadOnlyList<KindTime> Kinds { get; } =
    [
        .. Nodes.GroupBy(n => n.Kind)
            .Select(g => new KindTime(g.Key, g.Count(), g.Sum(n => n.Milliseconds), g.Sum(n => n.Milliseconds) / Milliseconds))
            .OrderByDescending(k => k.Share),
    ];

    /// <summary>Gets the share of a run's time in which no node ran: the runtime's own work between nodes, and the profiler's.</summary>
    public double BetweenShare => Math.Max(0, 1 - Kinds.Sum(k => k.Share));
}

/// <summary>What the nodes of one kind take of a run.</summary>
/// <param name="Kind">The operator; <c>(NCHWc)</c> means ONNX Runtime's kernel for blocks of channels.</param>
/// <param name="Nodes">How many the graph has, as ONNX Runtime has optimised it.</param>
/// <param name="Milliseconds">Their time.</param>
/// <param name="Share">The same of a run, from 0 to 1.</param>
public sealed record KindTime(string Kind, int Nodes, double Milliseconds, double Share);

/// <summary>What one node takes of a run.</summary>
/// <param name="Name">Its name in the optimised graph.</param>
/// <param name="Kind">As <see cref="KindTime.Kind"/>.</param>
/// <param name="Inputs">Shapes of its inputs, constants too, such as <c>4x64x56x56 64x64x3x3</c>.</param>
/// <param name="Output">Shapes of its outputs.</param>
/// <param name="Milliseconds">Its time.</param>
public sealed record NodeTime(string Name, string Kind, string Inputs, string Output, double Milliseconds);
