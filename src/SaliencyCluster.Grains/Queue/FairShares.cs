namespace SaliencyCluster.Grains.Queue;

/// <summary>Who has had how much for its weight. One that joins starts where the least served one is, so absence earns nothing.</summary>
internal sealed class FairShares<T> where T : class
{
    // One that had nothing to do for a while is not paid for all of it afterwards: it may catch up this many servings.
    private const double Credit = 8;

    private readonly Dictionary<string, Share> _shares = [];
    private double _clock;

    public int Count => _shares.Count;

    public IEnumerable<T> Members => _shares.Values.Select(s => s.Member);

    /// <summary>Gets the member of that name, made if there is none.</summary>
    public T Join(string name, Func<T> make)
    {
        if (!_shares.TryGetValue(name, out var share)) _shares[name] = share = new(make()) { Used = _clock };
        return share.Member;
    }

    public T? Find(string name) => _shares.GetValueOrDefault(name)?.Member;

    public void Leave(string name) => _shares.Remove(name);

    /// <summary>Takes note that a member was served.</summary>
    /// <param name="name">The member.</param>
    /// <param name="cost">What it got, divided by its weight.</param>
    public void Charge(string name, double cost)
    {
        if (!_shares.TryGetValue(name, out var share)) return;
        _clock = Math.Max(_clock, share.Used);
        share.Used = Math.Max(share.Used, _clock - Credit * cost) + cost;
    }

    /// <summary>
    /// Chooses the least served member that is ready, or the least served of the preferred ones if that has had at most
    /// <paramref name="slack"/> more. Null when none is ready.
    /// </summary>
    public T? Choose(Func<T, bool> ready, Func<T, bool> preferred, double slack)
    {
        Share? least = null, best = null;
        foreach (var share in _shares.Values)
        {
            if (!ready(share.Member)) continue;
            if (least is null || share.Used < least.Used) least = share;
            if ((best is null || share.Used < best.Used) && preferred(share.Member)) best = share;
        }
        return (best is not null && best.Used <= least!.Used + slack ? best : least)?.Member;
    }

    private sealed class Share(T member)
    {
        public T Member { get; } = member;

        public double Used { get; set; }
    }
}
