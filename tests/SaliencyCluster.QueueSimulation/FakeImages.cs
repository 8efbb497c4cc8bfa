using System.Collections.Concurrent;
using System.Globalization;
using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.QueueSimulation;

/// <summary>Does what the aggregators of several jobs do, except adding: offers images, offers them again every 3 s, and replaces those that are done.</summary>
internal sealed class FakeImages(IShardQueueGrain queue, int active, int shards)
{
    public const string Model = "0000000000000000000000000000000000000000000000000000000000000000";
    private const int Jobs = 8, ShardPoints = 16;
    private readonly ConcurrentDictionary<string, Image> _images = new();
    private int _next;

    public async Task StartAsync()
    {
        for (var i = 0; i < active; i++) await OfferAsync();
    }

    public async Task AddAsync(Lease lease)
    {
        if (!_images.TryGetValue(lease.Image, out var image) || !image.Add(lease.Shards) || !_images.TryRemove(lease.Image, out _)) return;
        await queue.WithdrawAsync(lease.Image);
        await OfferAsync();
    }

    public async Task OfferAgainAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (var image in _images.Values)
            {
                await queue.PublishAsync(image.Offer());
            }
            await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, stop);
        }
    }

    private async Task OfferAsync()
    {
        var number = Interlocked.Increment(ref _next);
        var ticket = new RoundTicket
        {
            Image = string.Create(CultureInfo.InvariantCulture, $"tenant-{number % 2}/job-{number % Jobs}/{number}"),
            Round = 0,
            Owner = Guid.NewGuid(),
            Missing = [new(0, shards)],
            Points = shards * ShardPoints,
            ShardPoints = ShardPoints,
            ModelHash = Model,
        };
        _images[ticket.Image] = new(ticket, shards);
        await queue.PublishAsync(ticket);
    }

    private sealed class Image(RoundTicket ticket, int shards)
    {
        private readonly HashSet<int> _missing = [.. Enumerable.Range(0, shards)];

        /// <summary>Takes note of shards that are done; true when none is missing any more.</summary>
        public bool Add(ShardRange done)
        {
            lock (_missing)
            {
                _missing.ExceptWith(Enumerable.Range(done.First, done.Count));
                return _missing.Count == 0;
            }
        }

        /// <summary>Gets the ticket with what is missing now, as an aggregator would offer it.</summary>
        public RoundTicket Offer()
        {
            lock (_missing) return ticket with { Missing = [.. _missing.Order().Select(shard => new ShardRange(shard, 1))] };
        }
    }
}
